<:export interface Type {
  kind: "any" | "boolean" | "integer" | "number" | "string" | "enum" | "array" | "tuple" | "map"
    | "record" | "union";
  nullable?: true;
  name?: string; /* of a record or union in `types` */
  format?: string;
  long?: true; /* more than fits on a line */
  mayBeEmpty?: true;
  values?: readonly string[];
  closed?: true; /* no other values than these */
  min?: string;
  max?: string;
  item?: Type; /* of an array, the value of a map */
  items?: readonly Type[]; /* of a tuple */
}
export interface Field {
  key: string;
  label: string;
  type: Type;
  optional?: true;
  hint?: string;
}
export interface Arm {
  label: string;
  type: Type;
  tags?: readonly string[];
}
export interface Named {
  label: string;
  fields?: readonly Field[];
  tag?: string; /* the key that tells the arms apart */
  arms?: readonly Arm[];
}
export interface Page {
  title: string;
  item: string;
  shape: "list" | "map" | "envelope" | "one"; /* where the rows are in the JSON */
  rows: string; /* key of the rows in an envelope */
  row: Type;
  key: string; /* a field whose values all differ, or "" */
  called: string; /* a field that says which row it is, or "" */
}

:>/* ---- JSON with numbers as they are spelled ---- */

/* A number that a double would change. */
<:export :>class Exact {
<:  readonly text: string;
:>  constructor(text<:: string:>) {
    this.text = text;
  }
  toString()<:: string:> {
    return this.text;
  }
}

<:export :>function toNumber(text<:: string:>)<:: number | Exact:> {
  return String(Number(text)) === text ? Number(text) : new Exact(text);
}

<:export :>function readJson(text<:: string:>)<:: unknown:> {
  const token =
    /[ \t\r\n]*([[\]{},:]|"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|$)/y;
  let at = 0;
  let current = "";
  const fail = (expected<:: string:>)<:: never:> => {
    const lines = text.slice(0, at).split("\n");
    const column = (lines[lines.length - 1] ?? "").length + 1;
    throw new SyntaxError(`line ${lines.length}, column ${column}: expected ${expected}`);
  };
  const advance = ()<:: void:> => {
    at = token.lastIndex;
    while (at < text.length && " \t\r\n".includes(text.charAt(at))) at++;
    const match = token.exec(text);
    if (match === null) return fail("a JSON value or one of [ ] { } , :");
    current = match[1] ?? "";
  };
  const take = (what<:: string:>)<:: void:> => {
    if (current !== what) fail(what);
    advance();
  };
  const value = ()<:: unknown:> => {
    const first = current;
    const start = at;
    if (first === "" || "]},:".includes(first)) fail("a value");
    advance();
    if (first === "{") {
      const members<:: [string, unknown][]:> = [];
      while (current !== "}") {
        if (members.length > 0) take(",");
        if (!current.startsWith('"')) fail("a key in double quotes");
        const key = JSON.parse(current);
        advance();
        take(":");
        members.push([key, value()]);
      }
      advance();
      return Object.fromEntries(members);
    }
    if (first === "[") {
      const items<:: unknown[]:> = [];
      while (current !== "]") {
        if (items.length > 0) take(",");
        items.push(value());
      }
      advance();
      return items;
    }
    if (/^[-\d]/.test(first)) return toNumber(first);
    try {
      return JSON.parse(first);
    } catch {
      at = start;
      return fail("a string without line breaks");
    }
  };
  advance();
  const result = value();
  if (current !== "") fail("the end");
  return result;
}

<:export :>function writeJson(value<:: unknown:>, pad = "")<:: string:> {
  const inner = pad + "  ";
  if (value instanceof Exact) return value.text;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((v) => inner + writeJson(v, inner)).join(",\n")}\n${pad}]`;
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).filter(([, v]) => v !== undefined);
    if (members.length === 0) return "{}";
    const line = ([k, v]<:: [string, unknown]:>) =>
      `${inner}${JSON.stringify(k)}: ${writeJson(v, inner)}`;
    return `{\n${members.map(line).join(",\n")}\n${pad}}`;
  }
  return JSON.stringify(value);
}

function isObject(value<:: unknown:>)<:: value is Record<string, unknown>:> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    && !(value instanceof Exact);
}

function isNumber(value<:: unknown:>)<:: value is number | Exact:> {
  return typeof value === "number" || value instanceof Exact;
}

<:export :>function getKey(value<:: unknown:>, key<:: string:>)<:: unknown:> {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

<:export :>function named(type<:: Type:>)<:: Named:> {
  return types[type.name ?? ""] ?? { label: type.name ?? "" };
}

/* ---- values as cells of a table ---- */

<:export interface Cell {
  text: string;
  style: string; /* a class: number, null, absent, true, false, date, link, image, color, chips, nested */
  title?: string;
  href?: string;
  image?: string; /* a URL of a picture, which is `href` too */
  color?: string;
  chips?: string[];
}

:>function plainText(value<:: unknown:>)<:: string:> {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(plainText).join(", ");
  if (isObject(value)) return Object.values(value).map(plainText).filter(Boolean).join(", ");
  return String(value);
}

/* What a record is called, by a member that is there to say it. */
function nameOf(value<:: Record<string, unknown>:>)<:: string:> {
  for (const key of ["display_name", "displayName", "full_name", "fullName", "name", "title", "label", "login", "username"]) {
    const text = Object.hasOwn(value, key) ? value[key] : undefined;
    if (typeof text === "string" && text.trim() !== "") return text;
  }
  return "";
}

function epochDate(type<:: Type:>, value<:: unknown:>)<:: Date | null:> {
  if (!isNumber(value)) return null;
  if (type.format !== "epoch-s" && type.format !== "epoch-ms") return null;
  const date = new Date(Number(value) * (type.format === "epoch-s" ? 1000 : 1));
  return Number.isNaN(date.getTime()) ? null : date;
}

function showDate(type<:: Type:>, text<:: string:>)<:: string:> {
  const day = /^(\d{4})-(\d\d)-(\d\d)/.exec(text);
  if (!day) return text;
  if (type.format === "date" || type.format === "local-date-time") {
    /* Without a zone it is that day everywhere: never shift it. */
    const date = new Date(Date.UTC(Number(day[1]), Number(day[2]) - 1, Number(day[3])));
    const shown = date.toLocaleDateString(undefined, { dateStyle: "medium", timeZone: "UTC" });
    return type.format === "date" ? shown : `${shown}, ${text.slice(11, 16)}`;
  }
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  return date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

function phoneLink(value<:: string:>)<:: string:> {
  const [number = "", extension] = value.split(/\s*(?:x|ext\.?)\s*/i);
  return `tel:${number.replace(/[^\d+]/g, "")}${extension ? `;ext=${extension}` : ""}`;
}

function mapLink(lat<:: string:>, lon<:: string:>)<:: string:> {
  const [north, east] = [encodeURIComponent(lat), encodeURIComponent(lon)];
  return `https://www.openstreetmap.org/?mlat=${north}&mlon=${east}#map=12/${north}/${east}`;
}

/* Latitude and longitude of a record that has both. */
function pointOf(value<:: Record<string, unknown>:>)<:: [string, string] | null:> {
  const degrees = (keys<:: string[]:>, most<:: number:>)<:: string:> => {
    const key = keys.find((k) => Object.hasOwn(value, k)) ?? "";
    const text = plainText(getKey(value, key));
    return /^-?\d+(\.\d+)?$/.test(text) && Math.abs(Number(text)) <= most ? text : "";
  };
  const lat = degrees(["lat", "latitude"], 90);
  const lon = degrees(["lng", "lon", "long", "longitude"], 180);
  return lat && lon ? [lat, lon] : null;
}

/* What one reads of HTML; it is never made into elements. */
function textOfHtml(html<:: string:>)<:: string:> {
  const entities<:: Record<string, string>:> = {
    "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&apos;": "'", "&nbsp;": " ", "&amp;": "&",
  };
  return html.replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, " ").replace(/<[^>]*>/g, " ")
    .replace(/&(?:lt|gt|quot|#39|apos|nbsp|amp);/g, (e) => entities[e] ?? e).replace(/\s+/g, " ").trim();
}

<:export :>function cell(type<:: Type:>, value<:: unknown:>)<:: Cell:> {
  if (value === undefined) return { text: "–", style: "absent", title: "not set" };
  if (value === null) return { text: "null", style: "null" };
  if (typeof value === "boolean") {
    return { text: value ? "Yes" : "No", style: value ? "true" : "false" };
  }
  const date = epochDate(type, value);
  if (date) {
    const text = date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
    return { text, style: "date", title: String(value) };
  }
  if (isNumber(value)) return { text: String(value), style: "number" };
  if (typeof value === "string") {
    if (value === "") return { text: "empty", style: "absent" };
    const format = type.format ?? "";
    if (format === "date" || format === "date-time" || format === "local-date-time") {
      return { text: showDate(type, value), style: "date", title: value };
    }
    if ((format === "uri" || format === "image-url") && /^https?:\/\//i.test(value)) {
      const link = { text: value.replace(/^https?:\/\//i, ""), title: value, href: value };
      return format === "uri" ? { ...link, style: "link" } : { ...link, style: "image", image: value };
    }
    if (format === "email" && /^[^\s@]+@[^\s@]+$/.test(value)) {
      return { text: value, style: "link", href: `mailto:${encodeURIComponent(value)}` };
    }
    if (format === "phone" && /\d/.test(value)) return { text: value, style: "link", href: phoneLink(value) };
    if (format === "geo-point") {
      const [lat = "", lon = ""] = value.split(/,\s*/);
      return { text: value, style: "link", href: mapLink(lat, lon) };
    }
    if (format === "html") {
      const text = textOfHtml(value);
      return { text: text || value, style: "text", title: value.slice(0, 300) };
    }
    if (format === "color" && /^#[0-9a-f]{3,8}$/i.test(value)) {
      return { text: value, style: "color", color: value };
    }
    if (format === "decimal" || format === "integer") return { text: value, style: "number" };
    if (type.kind === "enum") return { text: value, style: "chips", chips: [value] };
    return { text: value, style: "text", ...(value.length > 60 ? { title: value } : {}) };
  }
  if (Array.isArray(value)) {
    if (value.length === 0) return { text: "none", style: "absent" };
    const scalars = value.every((v) => v !== null && !isObject(v) && !Array.isArray(v));
    if (scalars && value.length <= 6) {
      const chips = value.map(plainText);
      return { text: chips.join(", "), style: "chips", chips };
    }
    return { text: `${value.length} items`, style: "nested", title: plainText(value).slice(0, 300) };
  }
  const point = isObject(value) ? pointOf(value) : null;
  if (point) {
    const text = point.join(", ");
    return { text, style: "link", href: mapLink(...point), title: plainText(value).slice(0, 300) };
  }
  const text = plainText(value);
  const name = isObject(value) ? nameOf(value) : "";
  return { text: name || text || "{}", style: "nested", title: text.slice(0, 300) };
}

/* ---- rows: search, filter, sort ---- */

<:export interface Row {
  id: number;
  key: string; /* of a map of rows */
  value: unknown;
}
export interface Column {
  id: string;
  label: string;
  type: Type;
  get: (row: Row) => unknown;
}

:>let lastRow = 0;

<:export :>function makeRow(value<:: unknown:>, key = "")<:: Row:> {
  return { id: ++lastRow, key, value };
}

<:export :>function columnsOf(page<:: Page:>)<:: Column[]:> {
  const columns<:: Column[]:> = [];
  if (page.shape === "map") {
    columns.push({ id: "key", label: "Key", type: { kind: "string" }, get: (row) => row.key });
  }
  const fields = page.row.kind === "record" ? named(page.row).fields ?? [] : null;
  if (fields === null) {
    columns.push({ id: "value", label: page.item, type: page.row, get: (row) => row.value });
  }
  (fields ?? []).forEach((field, i) => {
    columns.push({
      id: `f${i}`, label: field.label, type: field.type, get: (row) => getKey(row.value, field.key),
    });
  });
  return columns;
}

/* Columns to begin with: what one can read at a glance, in the order of the sample. */
<:export :>function firstColumns(columns<:: Column[]:>, most = 8)<:: Set<string>:> {
  const weight = (c<:: Column:>) =>
    ["record", "array", "map", "tuple", "any", "union"].includes(c.type.kind) || c.type.long ? 1 : 0;
  const ranked = columns.map((c, i) => ({ c, i }));
  ranked.sort((a, b) => weight(a.c) - weight(b.c) || a.i - b.i);
  return new Set(ranked.slice(0, most).map(({ c }) => c.id));
}

/* The rows of a whole JSON text's value, or an error that says what was expected. */
<:export :>function rowsOf(page<:: Page:>, whole<:: unknown:>)<:: Row[]:> {
  const holder = page.shape === "envelope" ? getKey(whole, page.rows) : whole;
  if (page.shape === "one") return [makeRow(holder)];
  if (page.shape === "map") {
    if (!isObject(holder)) throw new TypeError("expected an object whose values are the rows");
    return Object.entries(holder).map(([key, value]) => makeRow(value, key));
  }
  if (!Array.isArray(holder)) {
    throw new TypeError(page.shape === "envelope"
      ? `expected an object with an array at ${JSON.stringify(page.rows)}` : "expected an array");
  }
  return holder.map((value) => makeRow(value));
}

/* The whole again, with these rows in it. */
<:export :>function wholeOf(page<:: Page:>, whole<:: unknown:>, rows<:: Row[]:>)<:: unknown:> {
  if (page.shape === "one") return rows[0]?.value;
  if (page.shape === "map") return Object.fromEntries(rows.map((row) => [row.key, row.value]));
  const values = rows.map((row) => row.value);
  if (page.shape === "list") return values;
  const members = isObject(whole) ? Object.entries(whole) : [];
  if (!members.some(([key]) => key === page.rows)) members.push([page.rows, values]);
  return Object.fromEntries(members.map(([k, v]) => [k, k === page.rows ? values : v]));
}

/* `query` for numbers: 5, >5, <=5, 1..9; for all others: words anywhere. */
<:export :>function matches(type<:: Type:>, value<:: unknown:>, query<:: string:>)<:: boolean:> {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return true;
  if (value === undefined) return wanted === "–";
  if (value === null) return wanted === "null";
  const text = plainText(value);
  const numeric = isNumber(value) || type.format === "decimal" || type.format === "integer";
  if (numeric) {
    const range = /^(-?[\d.]+)\s*\.\.\s*(-?[\d.]+)$/.exec(wanted);
    if (range) return Number(text) >= Number(range[1]) && Number(text) <= Number(range[2]);
    const test = /^(<=|>=|<|>|=|≤|≥)\s*(-?[\d.]+)$/.exec(wanted);
    if (test) {
      const left = Number(text);
      const right = Number(test[2]);
      if (test[1] === "<") return left < right;
      if (test[1] === ">") return left > right;
      if (test[1] === "<=" || test[1] === "≤") return left <= right;
      if (test[1] === ">=" || test[1] === "≥") return left >= right;
      return left === right;
    }
  }
  if (type.kind === "boolean" || type.kind === "enum") return text.toLowerCase() === wanted;
  return text.toLowerCase().includes(wanted) || cell(type, value).text.toLowerCase().includes(wanted);
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

function compareValues(a<:: unknown:>, b<:: unknown:>)<:: number:> {
  if (isNumber(a) && isNumber(b)) {
    const difference = Number(a) - Number(b);
    if (difference !== 0 || String(a) === String(b)) return difference;
    if (/^-?\d+$/.test(String(a)) && /^-?\d+$/.test(String(b))) {
      return BigInt(String(a)) < BigInt(String(b)) ? -1 : 1;
    }
    return 0;
  }
  return collator.compare(plainText(a), plainText(b));
}

<:export :>function sortRows(rows<:: Row[]:>, column<:: Column:>, descending<:: boolean:>)<:: Row[]:> {
  /* What is missing stays at the end in both directions. */
  const missing = (row<:: Row:>) => column.get(row) === undefined || column.get(row) === null;
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    if (missing(a) || missing(b)) return Number(missing(a)) - Number(missing(b));
    return sign * compareValues(column.get(a), column.get(b));
  });
}

<:export :>function filterRows(
  rows<:: Row[]:>, columns<:: Column[]:>, filters<:: Record<string, string>:>, search<:: string:>,
)<:: Row[]:> {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    if (!columns.every((c) => matches(c.type, c.get(row), filters[c.id] ?? ""))) return false;
    if (words.length === 0) return true;
    const text = columns.map((c) => `${plainText(c.get(row))} ${cell(c.type, c.get(row)).text}`)
      .join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/* ---- drafts: a value while a form edits it ---- */

<:export interface Draft {
  id: string;
  state: "value" | "null" | "absent";
  text: string; /* of a scalar; JSON when raw */
  zone: string; /* behind a date-time */
  key: string; /* in a map */
  arm: number; /* of a union; -1: none chosen */
  raw: boolean; /* edited as JSON: it is not what the sample had here */
  other: boolean; /* an enum's value that is not in the list */
  items: Draft[]; /* fields, items, map entries, or a union's arm */
  extra: [string, unknown][]; /* keys of a record that the sample did not have */
  was: { value: unknown; text: string; zone: string } | null; /* to give back what nobody touched */
}
export interface Issue {
  id: string;
  text: string;
}

:>let lastDraft = 0;

function makeDraft(state<:: Draft["state"]:>)<:: Draft:> {
  return {
    id: `field-${++lastDraft}`, state, text: "", zone: "", key: "", arm: -1, raw: false,
    other: false, items: [], extra: [], was: null,
  };
}

/* Makes a draft hold a value: the least one of its type. */
<:export :>function fill(type<:: Type:>, d<:: Draft:>)<:: Draft:> {
  d.state = "value";
  if (d.raw || d.text !== "" || d.items.length > 0 || d.arm >= 0) return d;
  if (type.kind === "boolean") d.text = "false";
  if (type.kind === "any") d.text = "null";
  if (type.kind === "enum" && type.closed && type.values?.length === 1) d.text = type.values[0] ?? "";
  if (type.format === "date-time") d.zone = "Z";
  if (type.kind === "record") {
    d.items = (named(type).fields ?? []).map((f) => newDraft(f.type, f.optional));
  }
  if (type.kind === "tuple") d.items = (type.items ?? []).map((t) => newDraft(t));
  return d;
}

<:export :>function newDraft(type<:: Type:>, optional<:?: boolean:>)<:: Draft:> {
  if (optional) return makeDraft("absent");
  return type.nullable ? makeDraft("null") : fill(type, makeDraft("value"));
}

<:export :>function chooseArm(type<:: Type:>, d<:: Draft:>, arm<:: number:>)<:: void:> {
  const chosen = named(type).arms?.[arm];
  d.arm = chosen ? arm : -1;
  d.items = chosen ? [fill(chosen.type, makeDraft("value"))] : [];
}

function fits(type<:: Type:>, value<:: unknown:>)<:: boolean:> {
  if (value === null) return type.nullable === true || type.kind === "any";
  switch (type.kind) {
    case "boolean": return typeof value === "boolean";
    case "integer": return isNumber(value) && /^-?\d+$/.test(String(value));
    case "number": return isNumber(value);
    case "string": return typeof value === "string";
    case "enum": return typeof value === "string" && (!type.closed || !!type.values?.includes(value));
    case "array": return Array.isArray(value);
    case "tuple": return Array.isArray(value) && value.length === type.items?.length;
    case "map": return isObject(value);
    case "record": {
      const fields = named(type).fields ?? [];
      return isObject(value) && fields.every((f) => f.optional || Object.hasOwn(value, f.key));
    }
    case "union": return armOf(type, value) >= 0;
    default: return true;
  }
}

function armOf(type<:: Type:>, value<:: unknown:>)<:: number:> {
  const union = named(type);
  const tag = union.tag === undefined ? undefined : getKey(value, union.tag);
  return (union.arms ?? []).findIndex((arm) =>
    fits(arm.type, value) && (!arm.tags || (typeof tag === "string" && arm.tags.includes(tag))));
}

<:export :>function toDraft(type<:: Type:>, value<:: unknown:>)<:: Draft:> {
  if (value === undefined) return makeDraft("absent");
  if (value === null && type.nullable) return makeDraft("null");
  const d = makeDraft("value");
  if (type.kind === "any" || !fits(type, value)) {
    d.raw = type.kind !== "any";
    d.text = writeJson(value);
  } else if (type.kind === "record" && isObject(value)) {
    const fields = named(type).fields ?? [];
    d.items = fields.map((f) => toDraft(f.type, getKey(value, f.key)));
    d.extra = Object.entries(value).filter(([key]) => !fields.some((f) => f.key === key));
  } else if (type.kind === "array" && type.item && Array.isArray(value)) {
    const item = type.item;
    d.items = value.map((v) => toDraft(item, v));
  } else if (type.kind === "tuple" && Array.isArray(value)) {
    d.items = (type.items ?? []).map((t, i) => toDraft(t, value[i]));
  } else if (type.kind === "map" && type.item && isObject(value)) {
    const item = type.item;
    d.items = Object.entries(value).map(([key, v]) => ({ ...toDraft(item, v), key }));
  } else if (type.kind === "union") {
    d.arm = armOf(type, value);
    const arm = named(type).arms?.[d.arm];
    d.items = arm ? [toDraft(arm.type, value)] : [];
  } else {
    d.text = String(value);
    const moment = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d(?:\.\d{1,3})?)?\d*(.*)$/.exec(d.text);
    if (moment && (type.format === "date-time" || type.format === "local-date-time")) {
      d.text = `${moment[1]}T${moment[2]}${moment[3] ?? ""}`;
      d.zone = moment[4] ?? "";
    }
    d.other = type.kind === "enum" && !type.values?.includes(d.text);
  }
  d.was = { value, text: d.text, zone: d.zone };
  return d;
}

const patterns<:: Record<string, [RegExp, string]>:> = {
  "date": [/^\d{4}-\d\d-\d\d$/, "a date"],
  "date-time": [/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/i, "a date, time and zone"],
  "local-date-time": [/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/i, "a date and time"],
  "time": [/^\d\d:\d\d(:\d\d(\.\d+)?)?$/, "a time"],
  "duration": [/^P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?([\d.]+S)?)?$/, "a duration such as P1DT2H"],
  "uuid": [/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "a UUID in small letters"],
  "ulid": [/^[0-9A-HJKMNP-TV-Z]{26}$/, "a ULID"],
  "ksuid": [/^[0-9A-Za-z]{27}$/, "a KSUID"],
  "object-id": [/^[0-9a-f]{24}$/, "24 hexadecimal digits"],
  "uri": [/^[a-z][a-z0-9+.-]*:\S+$/i, "a URL such as https://example.com"],
  "image-url": [/^[a-z][a-z0-9+.-]*:\S+$/i, "a URL such as https://example.com/a.png"],
  "geo-point": [/^-?\d+(\.\d+)?, ?-?\d+(\.\d+)?$/, "latitude and longitude such as 59.91,10.75"],
  "email": [/^[^\s@]+@[^\s@]+$/, "an e-mail address"],
  "ipv4": [/^(\d{1,3}\.){3}\d{1,3}$/, "an IPv4 address"],
  "ipv6": [/^[0-9a-f:.]+$/i, "an IPv6 address"],
  "color": [/^#([0-9a-f]{3}|[0-9a-f]{4}|[0-9a-f]{6}|[0-9a-f]{8})$/i, "a colour such as #1188cc"],
  "phone": [/^\+?[\d ()./-]{5,}( ?(x|ext\.?) ?\d+)?$/, "a telephone number such as +47 22 11 33 44"],
  "semver": [/^\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?$/, "a version such as 1.2.3"],
  "decimal": [/^-?\d+(\.\d+)?$/, "a decimal number"],
  "integer": [/^-?\d+$/, "a whole number"],
  "currency": [/^[A-Z]{3}$/, "a currency code such as EUR"],
  "country": [/^[A-Z]{2}$/, "a country code such as NO"],
  "locale": [/^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$/, "a locale such as pt-BR"],
  "mime-type": [/^[\w.+-]+\/[\w.+-]+(;.*)?$/, "a media type such as image/png"],
  "base64": [/^[A-Za-z0-9+/]*={0,2}$/, "Base64"],
  "hex": [/^([0-9a-f]{2})+$/i, "hexadecimal digits"],
};

/* The value that a draft holds, undefined when absent; what is wrong goes into `issues`. */
<:export :>function fromDraft(type<:: Type:>, d<:: Draft:>, issues<:: Issue[]:>)<:: unknown:> {
  const wrong = (text<:: string:>)<:: undefined:> => {
    issues.push({ id: d.id, text });
    return undefined;
  };
  if (d.state === "absent") return undefined;
  if (d.state === "null") return null;
  if (d.raw || type.kind === "any") {
    try {
      return readJson(d.text);
    } catch (error) {
      return wrong(`Not JSON: ${error instanceof Error ? error.message : error}.`);
    }
  }
  switch (type.kind) {
    case "record": {
      const fields = named(type).fields ?? [];
      const members<:: [string, unknown][]:> = [];
      fields.forEach((field, i) => {
        const item = d.items[i];
        const value = item ? fromDraft(field.type, item, issues) : undefined;
        if (value !== undefined) members.push([field.key, value]);
      });
      return Object.fromEntries([...members, ...d.extra]);
    }
    case "array":
      return d.items.map((item) => type.item && fromDraft(type.item, item, issues));
    case "tuple":
      return (type.items ?? []).map((t, i) => d.items[i] && fromDraft(t, d.items[i], issues));
    case "map": {
      const seen = new Set<:<string>:>();
      const members<:: [string, unknown][]:> = d.items.map((item) => {
        if (seen.has(item.key)) issues.push({ id: item.id, text: "Another row has this key." });
        seen.add(item.key);
        return [item.key, type.item && fromDraft(type.item, item, issues)];
      });
      return Object.fromEntries(members);
    }
    case "union": {
      const arm = named(type).arms?.[d.arm];
      const item = d.items[0];
      return arm && item ? fromDraft(arm.type, item, issues) : wrong("Choose one.");
    }
    case "boolean":
      return d.text === "true";
  }
  if (d.was && d.was.text === d.text && d.was.zone === d.zone) return d.was.value;
  if (type.kind === "integer" || type.kind === "number") {
    const text = d.text.trim();
    if (text === "") return wrong("Enter a number.");
    if (type.kind === "integer" && !/^-?(0|[1-9]\d*)$/.test(text)) return wrong("Enter a whole number.");
    if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text)) return wrong("Enter a number such as 12.5.");
    if (type.kind === "integer") {
      if (type.min !== undefined && BigInt(text) < BigInt(type.min)) return wrong(`At least ${type.min}.`);
      if (type.max !== undefined && BigInt(text) > BigInt(type.max)) return wrong(`At most ${type.max}.`);
    }
    return toNumber(text);
  }
  let text = d.text;
  const moment = type.format === "date-time" || type.format === "local-date-time";
  if (moment && /T\d\d:\d\d$/.test(text)) text += ":00";
  if (type.format === "date-time" && text !== "") text += d.zone;
  if (type.format === "local-date-time" && d.was && String(d.was.value).charAt(10) === " ") {
    text = text.replace("T", " ");
  }
  if (text === "") return type.mayBeEmpty ? "" : wrong("Fill this in.");
  const pattern = patterns[type.format ?? ""];
  if (pattern && !pattern[0].test(text)) return wrong(`Enter ${pattern[1]}.`);
  if (type.closed && !type.values?.includes(text)) return wrong("Choose one of the list.");
  return text;
}

/* What the browser's input element is for a type. */
<:export :>function inputOf(
  type<:: Type:>, d<:: Draft:>,
)<:: { tag: "input" | "textarea"; type: string; mode: string; step?: string }:> {
  const multiline = type.long || type.format === "html" || d.raw || type.kind === "any" || d.text.includes("\n");
  if (multiline && type.kind !== "integer" && type.kind !== "number") {
    return { tag: "textarea", type: "", mode: "" };
  }
  if (type.kind === "integer") return { tag: "input", type: "text", mode: "numeric" };
  if (type.kind === "number") return { tag: "input", type: "text", mode: "decimal" };
  const step = /:\d\d\.\d/.test(d.text) ? "0.001" : "1";
  switch (type.format) {
    case "date": return { tag: "input", type: "date", mode: "" };
    case "date-time":
    case "local-date-time": return { tag: "input", type: "datetime-local", mode: "", step };
    case "time": return { tag: "input", type: "time", mode: "", step };
    case "email": return { tag: "input", type: "email", mode: "" };
    case "uri":
    case "image-url": return { tag: "input", type: "url", mode: "" };
    case "phone": return { tag: "input", type: "tel", mode: "" };
    case "decimal": return { tag: "input", type: "text", mode: "decimal" };
    case "integer": return { tag: "input", type: "text", mode: "numeric" };
    default: return { tag: "input", type: "text", mode: "" };
  }
}

/* A line under an input: what its number means as a time. */
<:export :>function hintOf(type<:: Type:>, d<:: Draft:>)<:: string:> {
  const date = /^-?\d+$/.test(d.text) ? epochDate(type, Number(d.text)) : null;
  return date ? date.toISOString().replace(".000", "") : "";
}

/* What a closed group of a form holds, in a few words. */
<:export :>function summaryOf(type<:: Type:>, d<:: Draft:>)<:: string:> {
  if (type.kind === "array" || type.kind === "map") {
    return d.items.length === 1 ? "1 row" : `${d.items.length} rows`;
  }
  const words = (x<:: Draft:>)<:: string[]:> =>
    x.state === "value" ? [x.text, ...x.items.flatMap(words)] : [];
  return words(d).filter((w) => w !== "").slice(0, 4).join(", ").slice(0, 80);
}

/* "Orders" -> "order": what one entry of a list is called. */
<:export :>function singular(label<:: string:>)<:: string:> {
  const word = label.toLowerCase();
  if (/ies$/.test(word)) return word.replace(/ies$/, "y");
  if (/(ss|us|is)$/.test(word) || !/s$/.test(word)) return `${word} item`;
  return word.replace(/(?<=x|ch|sh|s)es$|s$/, "");
}

/* What a row is called in titles and labels. */
<:export :>function rowLabel(page<:: Page:>, columns<:: Column[]:>, row<:: Row:>)<:: string:> {
  const fields = columns.filter((c) => !["record", "array", "map", "any"].includes(c.type.kind));
  const called = page.called === "" ? undefined : getKey(row.value, page.called);
  const text = typeof called === "string" ? called : fields[0] ? cell(fields[0].type, fields[0].get(row)).text : "";
  return text === "" || text === "–" ? page.item : text.slice(0, 60);
}
