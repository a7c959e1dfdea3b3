using System;
using System.Collections.Generic;
using System.IO;
using Shop;

public static class Driver
{
    static void Check(bool ok, string what)
    {
        if (!ok)
            throw new Exception("FAILED: " + what);
    }

    static void Fails<E>(Action body) where E : Exception
    {
        try
        {
            body();
        }
        catch (E)
        {
            return;
        }
        throw new Exception("FAILED: it does not throw " + typeof(E));
    }

    public static void Main()
    {
        var u = new User("Ann", 4, new List<string> { "a" }, 0.5);
        var v = new User("Ann", 4, new List<string> { "a" }, 0.5);
        Check(u.Equals(v) && u.GetHashCode() == v.GetHashCode() && !u.Equals(null), "equal");
        v.Age = 5;
        Check(!u.Equals(v) && v.Age == 5 && v.Name == "Ann", "not equal");
        Check(u.ToString() == "User(name=Ann, age=4, tags=a, ratio=0.5)", u.ToString());
        Check(new User.Builder().Name("Ann").Age(4).Tags(new List<string> { "a" }).Ratio(0.5).Build().Equals(u), "builder");
        Check(new Box<int>(3).Equals(new Box<int>(3)) && !new Box<int>(3).Equals(new Box<int>(4)), "box");
        var o = Options.ParseArguments("--level", "x", "--count", "3", "--fast", "--names", "a,b");
        Check(o.Level == "x" && o.Count == 3 && o.Fast && o.Names.Length == 2, "options");
        Check(Options.FromDictionary(o.ToDictionary()).Count == 3, "dictionary");
        Fails<ArgumentException>(() => Options.ParseArguments("--odd"));
        Fails<ArgumentException>(() => Options.ParseArguments("--level"));
        Fails<ArgumentException>(() => Options.ParseArguments("--level", "x"));
        var m = new MockIStore();
        m.Results["Load"] = "x";
        m.Save("k");
        Check(m.Load("k") == "x" && m.Calls.Count == 2 && (string)m.Calls[1][1] == "k", "mock");
        Fails<NotImplementedException>(() => new Disk().Save("k"));
        Check(ColorText.Parse(Color.Green.ToText()) == Color.Green, "color");
        Fails<FormatException>(() => ColorText.Parse("blue"));
        Prices.Paint(Color.Red);
        Check(File.ReadAllText("Shop.cs").Contains("/// <summary>Returns the price.</summary>"), "doc");
    }
}
