/// <summary>What every generated type is: a tree of dictionaries, lists, strings and numbers.</summary>
public interface IJson
{
    object ToJson();
}

/// <summary>A key that may be absent or null: the property is null when the key is absent.</summary>
public sealed class Field<T>
{
    public T Value { get; set; }
}

/// <summary>A number as it is spelled: more digits, or another spelling, than C#'s own types keep.</summary>
public struct ExactNumber
{
    private readonly string text;

    public ExactNumber(string text)
    {
        this.text = text;
    }

    public double ToDouble()
    {
        return double.Parse(ToString(), NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    public decimal ToDecimal()
    {
        return decimal.Parse(ToString(), NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    public override string ToString()
    {
        return text ?? "0";
    }
}

/// <summary>The readers that FromJson is made of, and the way back.</summary>
private static class Read
{
    internal static FormatException Misfit(string path, string expected, object value)
    {
        string got = value == null ? "null" : value is IDictionary<string, object> ? "an object"
            : value is List<object> ? "an array" : value is string ? "a string" : value.ToString();
        return new FormatException(path + ": expected " + expected + ", got " + got);
    }

    internal static object Any(object value, string path)
    {
        return value;
    }

    internal static bool Bool(object value, string path)
    {
        return value is bool ? (bool)value : throw Misfit(path, "a boolean", value);
    }

    internal static string Text(object value, string path)
    {
        return value as string ?? throw Misfit(path, "a string", value);
    }

    internal static ExactNumber Exact(object value, string path)
    {
        return value is ExactNumber ? (ExactNumber)value : throw Misfit(path, "a number", value);
    }

    internal static long Integer(object value, string path)
    {
        long number;
        return long.TryParse(Exact(value, path).ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                             out number) ? number : throw Misfit(path, "an integer of 64 bits", value);
    }

    internal static ulong Natural(object value, string path)
    {
        ulong number;
        return ulong.TryParse(Exact(value, path).ToString(), NumberStyles.None, CultureInfo.InvariantCulture,
                              out number) ? number : throw Misfit(path, "an integer of 64 bits, not negative", value);
    }

    internal static BigInteger Big(object value, string path)
    {
        BigInteger number;
        return BigInteger.TryParse(Exact(value, path).ToString(), NumberStyles.AllowLeadingSign,
                                   CultureInfo.InvariantCulture, out number)
            ? number : throw Misfit(path, "an integer", value);
    }

    internal static double Real(object value, string path)
    {
        return Exact(value, path).ToDouble();
    }

    internal static decimal Decimal(object value, string path)
    {
        return Exact(value, path).ToDecimal();
    }

    internal static Func<object, string, T> OrNull<T>(Func<object, string, T> read) where T : class
    {
        return (value, path) => value == null ? null : read(value, path);
    }

    internal static Func<object, string, T?> OrNone<T>(Func<object, string, T> read) where T : struct
    {
        return (value, path) => value == null ? (T?)null : read(value, path);
    }

    internal static Func<object, string, List<T>> List<T>(Func<object, string, T> read)
    {
        return (value, path) =>
        {
            var items = value as List<object> ?? throw Misfit(path, "an array", value);
            var result = new List<T>(items.Count);
            foreach (object item in items)
            {
                result.Add(read(item, path + "[" + result.Count + "]"));
            }
            return result;
        };
    }

    internal static Func<object, string, object[]> Tuple(params Func<object, string, object>[] reads)
    {
        return (value, path) =>
        {
            var items = value as List<object>;
            if (items == null || items.Count != reads.Length)
            {
                throw Misfit(path, "an array of " + reads.Length, value);
            }
            var result = new object[reads.Length];
            for (int i = 0; i < reads.Length; i++)
            {
                result[i] = reads[i](items[i], path + "[" + i + "]");
            }
            return result;
        };
    }

    internal static Func<object, string, object> Boxed<T>(Func<object, string, T> read)
    {
        return (value, path) => read(value, path);
    }

    internal static Func<object, string, Dictionary<string, T>> Map<T>(Func<object, string, T> read)
    {
        return (value, path) =>
        {
            var result = new Dictionary<string, T>();
            foreach (var member in Object(value, path))
            {
                result[member.Key] = read(member.Value, path + "." + member.Key);
            }
            return result;
        };
    }

    internal static Dictionary<string, object> Object(object value, string path)
    {
        return value as Dictionary<string, object> ?? throw Misfit(path, "an object", value);
    }@more@

    internal static T Required<T>(Dictionary<string, object> o, string key, string path, Func<object, string, T> read)
    {
        object value;
        return o.TryGetValue(key, out value) ? read(value, path + "." + key)
            : throw new FormatException(path + ": the key " + key + " is missing");
    }

    internal static T Optional<T>(Dictionary<string, object> o, string key, string path, Func<object, string, T> read)
        where T : class
    {
        object value;
        return o.TryGetValue(key, out value) ? read(value, path + "." + key) : null;
    }

    internal static T? OptionalValue<T>(Dictionary<string, object> o, string key, string path,
                                        Func<object, string, T> read) where T : struct
    {
        object value;
        return o.TryGetValue(key, out value) ? read(value, path + "." + key) : (T?)null;
    }

    internal static Field<T> Either<T>(Dictionary<string, object> o, string key, string path,
                                       Func<object, string, T> read)
    {
        object value;
        return o.TryGetValue(key, out value) ? new Field<T> { Value = read(value, path + "." + key) } : null;
    }

    internal static void Write(StringBuilder text, object value)
    {
        string separator = "";
        if (value is IJson)
        {
            Write(text, ((IJson)value).ToJson());
        }@own@
        else if (value == null)
        {
            text.Append("null");
        }
        else if (value is string)
        {
            Quote(text, (string)value);
        }
        else if (value is bool)
        {
            text.Append((bool)value ? "true" : "false");
        }
        else if (value is double)
        {
            text.Append(Shortest((double)value));
        }
        else if (value is IDictionary)
        {
            text.Append('{');
            foreach (DictionaryEntry member in (IDictionary)value)
            {
                text.Append(separator);
                Quote(text, (string)member.Key);
                text.Append(':');
                Write(text, member.Value);
                separator = ",";
            }
            text.Append('}');
        }
        else if (value is IEnumerable)
        {
            text.Append('[');
            foreach (object item in (IEnumerable)value)
            {
                text.Append(separator);
                Write(text, item);
                separator = ",";
            }
            text.Append(']');
        }
        else
        {
            text.Append(Convert.ToString(value, CultureInfo.InvariantCulture));
        }
    }

    private static string Shortest(double value)
    {
        string text = null;
        for (int digits = 15; digits <= 17; digits++)
        {
            text = value.ToString("G" + digits, CultureInfo.InvariantCulture);
            if (double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) == value)
            {
                break;
            }
        }
        return text.IndexOfAny(new[] { '.', 'E' }) < 0 ? text + ".0" : text;
    }

    private static void Quote(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char c in value)
        {
            if (c == '"' || c == '\\')
            {
                text.Append('\\').Append(c);
            }
            else if (c < ' ')
            {
                text.Append("\\u").Append(((int)c).ToString("x4"));
            }
            else
            {
                text.Append(c);
            }
        }
        text.Append('"');
    }
}

/// <summary>Reads JSON into a tree; numbers keep their text.</summary>
private sealed class Parser
{
    private readonly string text;
    private int at;

    internal Parser(string text)
    {
        this.text = text;
    }

    internal object Document()
    {
        object value = Value();
        Skip();
        return at == text.Length ? value : throw Fail("the end of the text");
    }

    private FormatException Fail(string expected)
    {
        return new FormatException("not JSON at offset " + at + ": expected " + expected);
    }

    private void Skip()
    {
        while (at < text.Length && " \t\r\n".IndexOf(text[at]) >= 0)
        {
            at++;
        }
    }

    private bool Take(char c)
    {
        Skip();
        if (at >= text.Length || text[at] != c)
        {
            return false;
        }
        at++;
        return true;
    }

    private object Value()
    {
        if (Take('{'))
        {
            var members = new Dictionary<string, object>();
            if (Take('}'))
            {
                return members;
            }
            do
            {
                Skip();
                string key = String();
                if (!Take(':'))
                {
                    throw Fail("a colon");
                }
                members[key] = Value();
            } while (Take(','));
            return Take('}') ? members : throw Fail("a comma or }");
        }
        if (Take('['))
        {
            var items = new List<object>();
            if (Take(']'))
            {
                return items;
            }
            do
            {
                items.Add(Value());
            } while (Take(','));
            return Take(']') ? items : throw Fail("a comma or ]");
        }
        if (at < text.Length && text[at] == '"')
        {
            return String();
        }
        int begin = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || "+-.".IndexOf(text[at]) >= 0))
        {
            at++;
        }
        string token = text.Substring(begin, at - begin);
        switch (token)
        {
            case "true": return true;
            case "false": return false;
            case "null": return null;
        }
        if (Regex.IsMatch(token, "^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?$"))
        {
            return new ExactNumber(token);
        }
        at = begin;
        throw Fail("a value");
    }

    private string String()
    {
        if (at >= text.Length || text[at] != '"')
        {
            throw Fail("a string");
        }
        var result = new StringBuilder();
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            char c = text[at];
            int escape = c == '\\' && at + 1 < text.Length ? "\"\\/bfnrtu".IndexOf(text[++at]) : -1;
            if (c != '\\')
            {
                result.Append(c);
            }
            else if (escape == 8 && at + 4 < text.Length)
            {
                int code;
                if (!int.TryParse(text.Substring(at + 1, 4), NumberStyles.AllowHexSpecifier,
                                  CultureInfo.InvariantCulture, out code))
                {
                    throw Fail("four hex digits");
                }
                result.Append((char)code);
                at += 4;
            }
            else
            {
                result.Append(escape >= 0 && escape < 8 ? "\"\\/\b\f\n\r\t"[escape] : throw Fail("an escape"));
            }
        }
        if (at >= text.Length)
        {
            throw Fail("the end of the string");
        }
        at++;
        return result.ToString();
    }
}
