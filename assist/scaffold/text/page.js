/* ---- the page ---- */

function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name === "value" || name === "checked" || name === "htmlFor") node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

const columns = columnsOf(page);
const state = {
  status: "loading", /* ready, error */
  problem: "",
  whole: null,
  rows: [],
  shown: firstColumns(columns),
  sort: null, /* { id, descending } */
  filters: {},
  search: "",
  index: 0, /* of the page */
  size: 25,
  focus: null, /* row that the arrow keys are on */
  images: false, /* shown: their servers are asked for them */
  dirty: false,
};

function visible() {
  const shown = filterRows(state.rows, columns, state.filters, state.search);
  const column = state.sort && columns.find((c) => c.id === state.sort.id);
  return column ? sortRows(shown, column, state.sort.descending) : shown;
}

/* -- cells -- */

function renderCell(type, value) {
  const c = cell(type, value);
  if (c.image && state.images) {
    return h("a", { href: c.href, title: c.title, rel: "noreferrer" },
      h("img", { class: "picture", src: c.image, alt: c.text, loading: "lazy", referrerpolicy: "no-referrer" }));
  }
  if (c.href) return h("a", { href: c.href, title: c.title, rel: "noreferrer" }, c.text);
  if (c.style === "color") {
    const swatch = h("span", { class: "swatch", "aria-hidden": "true" });
    swatch.style.background = c.color;
    return h("span", { class: "color" }, swatch, c.text);
  }
  if (c.chips) return h("span", { class: "chips" }, c.chips.map((t) => h("span", { class: "chip" }, t)));
  return h("span", { class: `is-${c.style}`, title: c.title }, c.text);
}

function filterBox(column) {
  const label = `Filter by ${column.label}`;
  const set = (event) => {
    state.filters[column.id] = event.target.value;
    state.index = 0;
    renderRows();
  };
  const choices = column.type.kind === "boolean" ? [["true", "Yes"], ["false", "No"]]
    : column.type.kind === "enum" ? (column.type.values ?? []).map((v) => [v, v]) : null;
  if (choices) {
    return h("select", { "aria-label": label, onchange: set },
      h("option", { value: "" }, "All"), choices.map(([value, text]) => h("option", { value }, text)));
  }
  const numeric = ["integer", "number"].includes(column.type.kind);
  return h("input", {
    type: "search", "aria-label": label, placeholder: numeric ? ">5" : "Filter",
    title: numeric ? "5, >5, <=5 or 1..9" : "Words that the cell contains",
    value: state.filters[column.id] ?? "", oninput: set,
  });
}

/* -- table -- */

const parts = {}; /* elements that change while the page lives */

function sortBy(column) {
  const same = state.sort?.id === column.id;
  if (same && state.sort.descending) state.sort = null;
  else state.sort = { id: column.id, descending: same };
  renderHead();
  renderRows();
}

function renderHead() {
  const shown = columns.filter((c) => state.shown.has(c.id));
  const numeric = (c) => ["integer", "number"].includes(c.type.kind) && !c.type.format;
  const head = shown.map((column) => {
    const on = state.sort?.id === column.id;
    const arrow = on ? (state.sort.descending ? "▼" : "▲") : "";
    return h("th", {
      scope: "col", class: numeric(column) ? "right" : "",
      "aria-sort": on ? (state.sort.descending ? "descending" : "ascending") : "none",
    }, h("button", { type: "button", class: "sort", "data-column": column.id,
      onclick: () => sortBy(column) },
    column.label, h("span", { class: "arrow", "aria-hidden": "true" }, arrow)));
  });
  const focused = document.activeElement?.dataset?.column;
  parts.head.replaceChildren(
    h("tr", {}, head, h("th", { scope: "col", class: "actions" }, h("span", { class: "quiet" }, "Actions"))),
    h("tr", { class: "filters" }, shown.map((c) => h("td", {}, filterBox(c))), h("td", {})));
  if (focused) parts.head.querySelector(`[data-column="${focused}"]`)?.focus();
}

function rowKeys(event, row) {
  if (event.target !== event.currentTarget) return;
  const lines = [...parts.body.querySelectorAll("tr[data-row]")];
  const at = lines.indexOf(event.currentTarget);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1 }[event.key];
  if (to !== undefined && lines[to]) {
    lines[at].tabIndex = -1;
    lines[to].tabIndex = 0;
    lines[to].focus();
  } else if (event.key === "Enter") {
    openForm(row);
  } else if (event.key === "Delete") {
    removeRow(row);
  } else {
    return;
  }
  event.preventDefault();
}

function renderRows() {
  const found = visible();
  const pages = Math.max(1, Math.ceil(found.length / state.size));
  state.index = Math.min(state.index, pages - 1);
  const first = state.index * state.size;
  const rows = found.slice(first, first + state.size);
  const shown = columns.filter((c) => state.shown.has(c.id));
  parts.body.replaceChildren(...rows.map((row, i) => h("tr", {
    "data-row": row.id, tabindex: i === 0 ? "0" : "-1",
    onkeydown: (event) => rowKeys(event, row), ondblclick: () => openForm(row),
  },
  shown.map((c) => {
    const value = c.get(row);
    const style = cell(c.type, value).style;
    return h("td", { class: style === "number" ? "right" : "", "data-label": c.label },
      renderCell(c.type, value));
  }),
  h("td", { class: "actions" },
    h("button", { type: "button", class: "plain", "aria-label": `Edit ${rowLabel(page, columns, row)}`,
      onclick: () => openForm(row) }, "Edit"),
    h("button", { type: "button", class: "plain danger", "aria-label": `Delete ${rowLabel(page, columns, row)}`,
      onclick: () => removeRow(row) }, "Delete")))));
  const filtered = state.search !== "" || Object.values(state.filters).some((f) => f !== "");
  parts.empty.hidden = rows.length > 0;
  parts.empty.replaceChildren(...(state.rows.length === 0
    ? [h("p", {}, `There is no ${page.item} yet.`),
      h("button", { type: "button", class: "primary", onclick: () => openForm(null) }, `Add ${page.item}`)]
    : [h("p", {}, "Nothing matches."),
      h("button", { type: "button", onclick: clearFilters }, "Clear search and filters")]));
  parts.table.hidden = state.rows.length === 0;
  const total = state.rows.length;
  parts.count.textContent = rows.length === 0 ? "0 rows"
    : `${first + 1}–${first + rows.length} of ${found.length}`
      + (filtered ? ` (${total} in all)` : "");
  parts.previous.disabled = state.index === 0;
  parts.next.disabled = state.index >= pages - 1;
  parts.pages.textContent = `Page ${state.index + 1} of ${pages}`;
  parts.clear.hidden = !filtered;
}

function clearFilters() {
  state.filters = {};
  state.search = "";
  parts.search.value = "";
  state.index = 0;
  renderHead();
  renderRows();
}

function turn(by) {
  state.index += by;
  renderRows();
}

function touch(text) {
  state.dirty = true;
  say(text);
}

function say(text) {
  parts.toast.textContent = text;
  parts.toast.classList.add("on");
  clearTimeout(say.timer);
  say.timer = setTimeout(() => parts.toast.classList.remove("on"), 4000);
}

function removeRow(row) {
  const at = state.rows.indexOf(row);
  if (at < 0) return;
  state.rows.splice(at, 1);
  touch(`Deleted ${rowLabel(page, columns, row)}.`);
  parts.toast.append(" ", h("button", { type: "button", class: "plain", onclick: () => {
    state.rows.splice(at, 0, row);
    say("Put back.");
    renderRows();
  } }, "Undo"));
  renderRows();
  (parts.body.querySelector("tr[data-row]") ?? parts.search).focus();
}

/* -- forms: controls change the draft, then `again` where the structure changed -- */

function stateChoice(type, d, optional, label, again) {
  const choices = [["value", type.kind === "boolean" ? "yes or no" : "a value"]];
  if (type.nullable) choices.push(["null", "null"]);
  if (optional) choices.push(["absent", "not set"]);
  if (choices.length === 1) return null;
  return h("select", { class: "state", id: `${d.id}-state`, "aria-label": `${label} is`, onchange: (event) => {
    d.state = event.target.value;
    if (d.state === "value") fill(type, d);
    again(`${d.id}-state`);
  } }, choices.map(([value, text]) => h("option", { value, selected: d.state === value }, text)));
}

function scalarControl(type, d, hint, again) {
  const common = { id: d.id, "aria-describedby": `${d.id}-hint ${d.id}-error` };
  const set = (event) => {
    d.text = event.target.value;
    clearIssue(d.id);
    const hint = document.getElementById(`${d.id}-hint`);
    if (hint && type.format?.startsWith("epoch")) hint.textContent = hintOf(type, d);
  };
  if (type.kind === "boolean") {
    return h("input", { ...common, type: "checkbox", class: "switch", checked: d.text === "true",
      onchange: (event) => { d.text = String(event.target.checked); } });
  }
  if (type.kind === "enum" && !d.raw && !d.other) {
    const values = type.values ?? [];
    return h("select", { ...common, onchange: (event) => {
      clearIssue(d.id);
      if (event.target.selectedIndex === values.length + 1) {
        d.other = true;
        d.text = "";
        again(d.id);
      } else {
        d.text = event.target.value;
      }
    } },
    h("option", { value: "", disabled: true, selected: d.text === "" }, "Choose…"),
    values.map((v) => h("option", { value: v, selected: d.text === v }, v === "" ? "(empty)" : v)),
    type.closed ? null : h("option", { value: "" }, "Other…"));
  }
  const input = inputOf(type, d);
  if (input.tag === "textarea") {
    const lines = Math.min(12, Math.max(2, d.text.split("\n").length + 1));
    return h("textarea", { ...common, rows: lines, spellcheck: d.raw ? "false" : "true",
      class: d.raw || type.kind === "any" ? "code" : "", value: d.text, oninput: set });
  }
  const box = h("input", { ...common, type: input.type, inputmode: input.mode || undefined,
    step: input.step, value: d.text, placeholder: hint, autocomplete: "off", oninput: set });
  if (type.format === "date-time") {
    return h("span", { class: "pair" }, box, h("input", { type: "text", class: "zone", value: d.zone,
      "aria-label": "Zone", oninput: (event) => { d.zone = event.target.value; clearIssue(d.id); } }));
  }
  if (type.format === "color") {
    return h("span", { class: "pair" }, box, h("input", { type: "color", class: "picker",
      "aria-label": "Pick a colour", value: /^#[0-9a-f]{6}$/i.test(d.text) ? d.text : "#000000",
      oninput: (event) => { d.text = box.value = event.target.value; clearIssue(d.id); } }));
  }
  if (type.format === "uuid") {
    return h("span", { class: "pair" }, box, h("button", { type: "button", onclick: () => {
      const b = crypto.getRandomValues(new Uint8Array(16));
      b[6] = (b[6] & 15) | 64;
      b[8] = (b[8] & 63) | 128;
      const hex = [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
      d.text = box.value = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
      clearIssue(d.id);
    } }, "New"));
  }
  if (d.other) {
    return h("span", { class: "pair" }, box, h("button", { type: "button", onclick: () => {
      d.other = false;
      d.text = "";
      again(d.id);
    } }, "List"));
  }
  return box;
}

function errorLine(d) {
  return h("p", { class: "error", id: `${d.id}-error`, role: "alert" });
}

function isGroup(type, d) {
  return !d.raw && ["record", "array", "tuple", "map", "union"].includes(type.kind);
}

/* Groups that lie deep, and rows among many, are drawn when somebody opens them: a sample may have
 * thousands of values in one record. */
const opened = new Set(); /* ids of drafts */
const lengths = new Map(); /* rows drawn, by id of the list's draft */
const LIST_ROWS = 20;

/* Opens whatever hides one of these drafts; true when something had to be opened. */
function reveal(d, ids) {
  let inside = false;
  d.items.forEach((item, i) => {
    if (!reveal(item, ids)) return;
    inside = true;
    opened.add(d.id);
    if (i >= (lengths.get(d.id) ?? LIST_ROWS)) lengths.set(d.id, i + 1);
  });
  return inside || ids.has(d.id);
}

/* One labelled place of the form, `extra` beside its label. */
function place(type, d, { label, optional, hint, extra, closed, depth }, again) {
  const choice = stateChoice(type, d, optional, label, again);
  const line = hintOf(type, d);
  const off = d.state === "null" ? "null" : "not set";
  if (d.state !== "value") {
    return h("div", { class: "place off" },
      h("div", { class: "label" }, h("label", { for: `${d.id}-state` }, label), choice, extra),
      choice ? null : h("span", { class: "is-absent" }, off), errorLine(d));
  }
  if (isGroup(type, d) && (closed || depth > 1) && !opened.has(d.id)) {
    const toggle = h("button", { type: "button", class: "closed", "aria-expanded": "false", id: d.id,
      onclick: () => {
        opened.add(d.id);
        again(d.id);
      } }, h("span", {}, label), h("span", { class: "hint" }, summaryOf(type, d)));
    return h("div", { class: "place" }, h("div", { class: "label" }, toggle, choice, extra), errorLine(d));
  }
  if (isGroup(type, d)) {
    return h("fieldset", { id: d.id, tabindex: "-1" },
      h("legend", {}, label), h("div", { class: "label tools" }, choice, extra),
      groupBody(type, d, label, depth + 1, again), errorLine(d));
  }
  return h("div", { class: `place ${type.kind}` },
    h("div", { class: "label" }, h("label", { for: d.id }, label), choice, extra),
    scalarControl(type, d, hint, again),
    h("p", { class: "hint", id: `${d.id}-hint` },
      d.raw ? "Not of the kind that the sample had; edited as JSON." : line),
    errorLine(d));
}

function groupBody(type, d, label, depth, again) {
  if (type.kind === "record") {
    return (named(type).fields ?? []).map((f, i) => place(f.type, d.items[i],
      { label: f.label, optional: f.optional, hint: f.hint, depth }, again));
  }
  if (type.kind === "tuple") {
    return (type.items ?? []).map((t, i) =>
      place(t, d.items[i], { label: `${label} ${i + 1}`, depth }, again));
  }
  if (type.kind === "union") {
    const arms = named(type).arms ?? [];
    const select = h("select", { id: `${d.id}-arm`, "aria-label": `Kind of ${label}`, onchange: (event) => {
      chooseArm(type, d, event.target.selectedIndex - 1);
      again(`${d.id}-arm`);
    } }, h("option", { disabled: true, selected: d.arm < 0 }, "Choose…"),
    arms.map((a, i) => h("option", { selected: d.arm === i }, a.label)));
    const arm = arms[d.arm];
    const inner = arm && d.items[0];
    return [h("div", { class: "place" }, select),
      inner && (isGroup(arm.type, inner) ? groupBody(arm.type, inner, arm.label, depth, again)
        : place(arm.type, inner, { label: arm.label, depth }, again))];
  }
  /* Arrays and maps: rows to add and remove. */
  const one = singular(label);
  const drawn = lengths.get(d.id) ?? LIST_ROWS;
  const closed = d.items.length > 3;
  const rows = d.items.slice(0, drawn).map((item, i) => {
    const remove = h("button", { type: "button", class: "plain danger",
      "aria-label": `Remove ${one} ${i + 1}`, onclick: () => {
        d.items.splice(i, 1);
        again(d.items[Math.min(i, d.items.length - 1)]?.id ?? `${d.id}-add`);
      } }, "Remove");
    const up = i > 0 && type.kind === "array" && h("button", { type: "button", class: "plain",
      "aria-label": `Move ${one} ${i + 1} up`, onclick: () => {
        d.items.splice(i - 1, 2, item, d.items[i - 1]);
        again(item.id);
      } }, "↑");
    if (type.kind === "array") {
      return h("li", {}, place(type.item, item, { label: `${capital(one)} ${i + 1}`, extra: [up, remove], closed, depth }, again));
    }
    const key = h("input", { type: "text", value: item.key, "aria-label": `Key ${i + 1} of ${label}`,
      oninput: (event) => { item.key = event.target.value; clearIssue(item.id); } });
    return h("li", { class: "entry" }, h("div", { class: "place" },
      h("div", { class: "label" }, h("span", {}, "Key"), remove), key),
    place(type.item, item, { label: "Value", closed, depth }, again));
  });
  return [
    rows.length > 0 ? h("ol", { class: "rows" }, rows) : h("p", { class: "hint" }, "None."),
    d.items.length > drawn && h("button", { type: "button", class: "plain", onclick: () => {
      lengths.set(d.id, drawn + 100);
      again(d.items[drawn].id);
    } }, `Show more (${d.items.length - drawn})`),
    h("button", { type: "button", class: "add", id: `${d.id}-add`, onclick: () => {
      const item = newDraft(type.item);
      if (item.state === "null") fill(type.item, item);
      d.items.push(item);
      opened.add(item.id);
      lengths.set(d.id, Math.max(drawn, d.items.length));
      again(item.id);
    } }, `+ Add ${one}`),
  ];
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function clearIssue(id) {
  document.getElementById(id)?.removeAttribute("aria-invalid");
  const line = document.getElementById(`${id}-error`);
  if (line) line.textContent = "";
}

function showIssues(issues) {
  for (const node of document.querySelectorAll("form .error")) node.textContent = "";
  for (const node of document.querySelectorAll("form [aria-invalid]")) node.removeAttribute("aria-invalid");
  for (const issue of issues) {
    document.getElementById(issue.id)?.setAttribute("aria-invalid", "true");
    const line = document.getElementById(`${issue.id}-error`);
    if (line) line.textContent = issue.text;
  }
  const first = issues[0] && document.getElementById(issues[0].id);
  (first?.matches("input,select,textarea") ? first : first?.querySelector("input,select,textarea") ?? first)
    ?.focus();
}

/* A form over `draft`; `save` gets the value once nothing is wrong. */
function makeForm(draft, keyed, buttons, save) {
  const body = h("div", { class: "fields" });
  const count = h("p", { class: "summary", role: "status" });
  const again = (focus) => {
    const top = body.parentElement?.scrollTop;
    const group = isGroup(page.row, draft);
    const content = group ? groupBody(page.row, draft, page.item, 0, again)
      : [place(page.row, draft, { label: page.item, depth: 0 }, again)];
    body.replaceChildren(...[keyed && keyBox(draft), content].flat(Infinity).filter(Boolean));
    if (body.parentElement) body.parentElement.scrollTop = top;
    const node = document.getElementById(focus);
    (node?.matches("fieldset") ? node.querySelector("input,select,textarea,button") ?? node : node)?.focus();
  };
  again("");
  return h("form", { novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    const issues = [];
    const value = fromDraft(page.row, draft, issues);
    if (reveal(draft, new Set(issues.map((issue) => issue.id)))) again("");
    showIssues(issues);
    const n = issues.length;
    count.textContent = n === 0 ? "" : `${n} ${n === 1 ? "field needs" : "fields need"} attention.`;
    if (n === 0) save(value);
  } }, body, h("div", { class: "buttons" }, count, buttons));
}

function keyBox(draft) {
  return h("div", { class: "place" }, h("div", { class: "label" },
    h("label", { for: "row-key" }, "Key")), h("input", { id: "row-key", type: "text", value: draft.key,
    oninput: (event) => { draft.key = event.target.value; } }));
}

function openForm(row) {
  const draft = row ? toDraft(page.row, row.value) : fill(page.row, newDraft(page.row));
  draft.key = row?.key ?? "";
  const back = document.activeElement;
  const close = () => dialog.close();
  const title = row ? `Edit ${rowLabel(page, columns, row)}` : `New ${page.item}`;
  const dialog = h("dialog", { "aria-labelledby": "form-title", onclose: () => {
    dialog.remove();
    const line = row && parts.body.querySelector(`tr[data-row="${row.id}"]`);
    (line ?? (back?.isConnected ? back : parts.search)).focus();
  } },
  h("header", {}, h("h2", { id: "form-title" }, title),
    h("button", { type: "button", class: "plain", "aria-label": "Close", onclick: close }, "✕")),
  makeForm(draft, page.shape === "map", [
    h("button", { type: "button", onclick: close }, "Cancel"),
    h("button", { type: "submit", class: "primary" }, "Save"),
  ], (value) => {
    if (row) {
      row.value = value;
      row.key = draft.key;
    } else {
      state.rows.push(makeRow(value, draft.key));
    }
    close();
    renderRows();
    touch(row ? "Saved." : `Added ${rowLabel(page, columns, state.rows[state.rows.length - 1])}.`);
  }));
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector(".fields input, .fields select, .fields textarea, .fields button")?.focus();
}

/* -- in and out -- */

function load(text, name) {
  try {
    const whole = readJson(text);
    state.rows = rowsOf(page, whole);
    state.whole = whole;
    state.status = "ready";
    state.dirty = false;
    state.index = 0;
  } catch (error) {
    state.status = "error";
    state.problem = `${name}: ${error.message}`;
  }
  render();
}

async function loadFrom(url) {
  state.status = "loading";
  render();
  try {
    const answer = await fetch(url, { headers: { accept: "application/json" } });
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    load(await answer.text(), url);
  } catch (error) {
    state.status = "error";
    state.problem = `${url}: ${error.message}`;
    render();
  }
}

function loadSample() {
  const text = document.getElementById("sample").textContent.trim();
  if (text === "") {
    state.status = "ready";
    render();
  } else {
    load(text, "the sample");
  }
}

function start() {
  const url = document.body.dataset.src;
  if (url) loadFrom(url);
  else loadSample();
}

function json() {
  return `${writeJson(wholeOf(page, state.whole, state.rows))}\n`;
}

function download() {
  const url = URL.createObjectURL(new Blob([json()], { type: "application/json" }));
  const link = h("a", { href: url, download: `${page.title.toLowerCase().replace(/\W+/g, "-")}.json` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
  state.dirty = false;
  say("Downloaded.");
}

function openFile() {
  const input = h("input", { type: "file", accept: ".json,application/json", onchange: async () => {
    const file = input.files[0];
    if (file) load(await file.text(), file.name);
  } });
  input.click();
}

/* -- the whole -- */

function imageSwitch() {
  return h("label", { class: "option" }, h("input", { type: "checkbox", checked: state.images, onchange: (event) => {
    state.images = event.target.checked;
    renderRows();
  } }), "Load pictures");
}

function columnMenu() {
  return h("details", { class: "menu" }, h("summary", {}, "Columns"), h("div", {}, columns.map((c) =>
    h("label", {}, h("input", { type: "checkbox", checked: state.shown.has(c.id), onchange: (event) => {
      if (event.target.checked) state.shown.add(c.id);
      else state.shown.delete(c.id);
      renderHead();
      renderRows();
    } }), c.label))));
}

function toolbar() {
  return h("div", { class: "bar" },
    h("h1", {}, page.title),
    h("span", { class: "space" }),
    h("button", { type: "button", onclick: openFile }, "Open JSON…"),
    h("button", { type: "button", onclick: download }, "Download JSON"),
    page.shape !== "one" && h("button", { type: "button", class: "primary",
      onclick: () => openForm(null) }, `Add ${page.item}`));
}

function renderTable() {
  parts.search = h("input", { type: "search", class: "search", value: state.search,
    placeholder: "Search ( / )", "aria-label": `Search ${page.title}`, oninput: (event) => {
      state.search = event.target.value;
      state.index = 0;
      renderRows();
    } });
  parts.clear = h("button", { type: "button", class: "plain", onclick: clearFilters }, "Clear");
  parts.count = h("span", { role: "status" });
  parts.head = h("thead");
  parts.body = h("tbody");
  parts.empty = h("div", { class: "notice" });
  parts.previous = h("button", { type: "button", onclick: () => turn(-1) }, "Previous");
  parts.next = h("button", { type: "button", onclick: () => turn(1) }, "Next");
  parts.pages = h("span");
  parts.table = h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": page.title },
    h("table", {}, h("caption", { class: "quiet" }, page.title), parts.head, parts.body));
  return [
    h("div", { class: "bar tools" }, parts.search, parts.clear, h("span", { class: "space" }),
      columns.some((c) => c.type.format === "image-url") && imageSwitch(), columnMenu()),
    parts.table, parts.empty,
    h("nav", { class: "bar pager", "aria-label": "Pages" }, parts.count, h("span", { class: "space" }),
      h("label", {}, "Rows ", h("select", { onchange: (event) => {
        state.size = Number(event.target.value);
        state.index = 0;
        renderRows();
      } }, [10, 25, 50, 100].map((n) => h("option", { selected: n === state.size }, String(n))))),
      parts.previous, parts.pages, parts.next),
  ];
}

function renderOne() {
  const row = state.rows[0] ?? makeRow(undefined);
  state.rows = [row];
  const draft = row.value === undefined ? fill(page.row, newDraft(page.row)) : toDraft(page.row, row.value);
  return [h("div", { class: "card" }, makeForm(draft, false, [
    h("button", { type: "submit", class: "primary" }, "Save"),
  ], (value) => {
    row.value = value;
    touch("Saved.");
  }))];
}

function render() {
  const app = document.getElementById("app");
  parts.toast ??= h("div", { class: "toast", role: "status" });
  let content;
  if (state.status === "loading") {
    content = [h("div", { class: "notice", role: "status" }, h("span", { class: "spinner" }), "Loading…")];
  } else if (state.status === "error") {
    content = [h("div", { class: "notice error", role: "alert" }, h("p", {}, state.problem),
      h("button", { type: "button", onclick: start }, "Try again"))];
  } else {
    content = page.shape === "one" ? renderOne() : renderTable();
  }
  app.replaceChildren(toolbar(), h("main", {}, content), parts.toast);
  app.setAttribute("aria-busy", String(state.status === "loading"));
  if (state.status === "ready" && page.shape !== "one") {
    renderHead();
    renderRows();
  }
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, dialog");
  if (event.key === "/" && !typing && parts.search?.isConnected) {
    event.preventDefault();
    parts.search.focus();
  }
});
addEventListener("beforeunload", (event) => {
  if (state.dirty) event.preventDefault();
});
start();
