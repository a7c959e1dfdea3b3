// From @sample@: a table to search, filter, sort and page through, and a form for one row. React 18 and later.
// usage: <@Page@ src="/@path@" /> loads from there; <@Page@ text={json} onChange={save} /> shows a text.
import { createContext, useContext, useEffect, useMemo, useReducer, useRef, useState } from "react";
import type { KeyboardEvent, ReactNode } from "react";
import {
  cell, chooseArm, columnsOf, fill, filterRows, firstColumns, fromDraft, hintOf, inputOf, makeRow, named,
  newDraft, page, readJson, rowLabel, rowsOf, singular, sortRows, summaryOf, toDraft, wholeOf, writeJson,
} from "./@ui@";
import type { Column, Draft, Field, Issue, Row, Type } from "./@ui@";
import "./@css@";

export interface @Page@Props {
  /** JSON as the sample was. */
  text?: string;
  /** Where to load it from. */
  src?: string;
  /** Gets the whole JSON after each change. */
  onChange?: (json: string) => void;
}

const columns = columnsOf(page);

function Value({ type, value }: { type: Type; value: unknown }) {
  const c = cell(type, value);
  if (c.image !== undefined) {
    return <a href={c.href} title={c.title} rel="noreferrer"><img className="picture" src={c.image} alt={c.text}
      loading="lazy" referrerPolicy="no-referrer" /></a>;
  }
  if (c.href !== undefined) return <a href={c.href} title={c.title} rel="noreferrer">{c.text}</a>;
  if (c.color !== undefined) {
    return <span className="color"><span className="swatch" style={{ background: c.color }} aria-hidden />{c.text}</span>;
  }
  if (c.chips) return <span className="chips">{c.chips.map((t, i) => <span className="chip" key={i}>{t}</span>)}</span>;
  return <span className={`is-${c.style}`} title={c.title}>{c.text}</span>;
}

/* ---- form ---- */

const Form = createContext<{ again: () => void; issues: Issue[]; opened: Set<string> }>(
  { again: () => {}, issues: [], opened: new Set() });

function ErrorLine({ d }: { d: Draft }) {
  const issue = useContext(Form).issues.find((i) => i.id === d.id);
  return <p className="error" id={`${d.id}-error`} role="alert">{issue?.text}</p>;
}

function Scalar({ type, d, hint }: { type: Type; d: Draft; hint: string | undefined }) {
  const { again, issues } = useContext(Form);
  const set = (text: string) => {
    d.text = text;
    again();
  };
  const common = {
    id: d.id, "aria-describedby": `${d.id}-hint ${d.id}-error`,
    "aria-invalid": issues.some((i) => i.id === d.id) ? true : undefined,
  };
  if (type.kind === "boolean") {
    return <input {...common} type="checkbox" className="switch" checked={d.text === "true"}
      onChange={(e) => set(String(e.target.checked))} />;
  }
  if (type.kind === "enum" && !d.raw && !d.other) {
    const values = type.values ?? [];
    return (
      <select {...common} value={d.text === "" ? -1 : values.indexOf(d.text)} onChange={(e) => {
        const at = Number(e.target.value);
        d.other = at === values.length;
        set(values[at] ?? "");
      }}>
        <option value={-1} disabled>Choose…</option>
        {values.map((v, i) => <option value={i} key={v}>{v}</option>)}
        {!type.closed && <option value={values.length}>Other…</option>}
      </select>
    );
  }
  const input = inputOf(type, d);
  if (input.tag === "textarea") {
    return <textarea {...common} rows={Math.min(12, d.text.split("\n").length + 1)} value={d.text}
      onChange={(e) => set(e.target.value)} />;
  }
  const box = <input {...common} type={input.type} inputMode={(input.mode || undefined) as "numeric" | undefined}
    step={input.step} value={d.text} placeholder={hint} autoComplete="off" onChange={(e) => set(e.target.value)} />;
  if (type.format === "date-time") {
    return <span className="pair">{box}<input className="zone" aria-label="Zone" value={d.zone} onChange={(e) => {
      d.zone = e.target.value;
      again();
    }} /></span>;
  }
  if (type.format === "color") {
    return <span className="pair">{box}<input type="color" className="picker" aria-label="Pick a colour"
      value={/^#[0-9a-f]{6}$/i.test(d.text) ? d.text : "#000000"} onChange={(e) => set(e.target.value)} /></span>;
  }
  return box;
}

interface PlaceProps {
  type: Type;
  d: Draft;
  label: string;
  depth: number;
  optional?: boolean | undefined;
  hint?: string | undefined;
  extra?: ReactNode;
  closed?: boolean;
}

function Place({ type, d, label, depth, optional, hint, extra, closed }: PlaceProps) {
  const { again, opened } = useContext(Form);
  const states = ["value", ...(type.nullable ? ["null"] : []), ...(optional ? ["absent"] : [])];
  const names: Record<string, string> = { value: "a value", null: "null", absent: "not set" };
  const choice = states.length > 1 && (
    <select className="state" id={`${d.id}-state`} aria-label={`${label} is`} value={d.state} onChange={(e) => {
      d.state = e.target.value as Draft["state"];
      if (d.state === "value") fill(type, d);
      again();
    }}>
      {states.map((s) => <option value={s} key={s}>{names[s]}</option>)}
    </select>
  );
  if (d.state !== "value") {
    return (
      <div className="place off">
        <div className="label"><label htmlFor={`${d.id}-state`}>{label}</label>{choice}{extra}</div><ErrorLine d={d} />
      </div>
    );
  }
  const group = !d.raw && ["record", "array", "tuple", "map", "union"].includes(type.kind);
  if (group && (closed || depth > 1) && !opened.has(d.id)) {
    return (
      <div className="place"><div className="label">
        <button type="button" className="closed" aria-expanded={false} onClick={() => {
          opened.add(d.id);
          again();
        }}><span>{label}</span><span className="hint">{summaryOf(type, d)}</span></button>{choice}{extra}
      </div><ErrorLine d={d} /></div>
    );
  }
  if (group) {
    return (
      <fieldset id={d.id} tabIndex={-1}>
        <legend>{label}</legend><div className="label tools">{choice}{extra}</div>
        <Group type={type} d={d} label={label} depth={depth + 1} /><ErrorLine d={d} />
      </fieldset>
    );
  }
  return (
    <div className={`place ${type.kind}`}>
      <div className="label"><label htmlFor={d.id}>{label}</label>{choice}{extra}</div>
      <Scalar type={type} d={d} hint={hint} />
      <p className="hint" id={`${d.id}-hint`}>
        {d.raw ? "Not of the kind that the sample had; edited as JSON." : hintOf(type, d)}
      </p>
      <ErrorLine d={d} />
    </div>
  );
}

function Group({ type, d, label, depth }: { type: Type; d: Draft; label: string; depth: number }): ReactNode {
  const { again, opened } = useContext(Form);
  const [drawn, setDrawn] = useState(20);
  const item = (i: number): Draft => d.items[i] ?? newDraft({ kind: "any" });
  if (type.kind === "record") {
    return (named(type).fields ?? []).map((f: Field, i) =>
      <Place key={f.key} type={f.type} d={item(i)} label={f.label} optional={f.optional} hint={f.hint} depth={depth} />);
  }
  if (type.kind === "tuple") {
    return (type.items ?? []).map((t, i) =>
      <Place key={i} type={t} d={item(i)} label={`${label} ${i + 1}`} depth={depth} />);
  }
  if (type.kind === "union") {
    const arms = named(type).arms ?? [];
    const arm = arms[d.arm];
    const inner = d.items[0];
    const group = arm && ["record", "array", "tuple", "map", "union"].includes(arm.type.kind);
    return <>
      <div className="place"><select id={`${d.id}-arm`} aria-label={`Kind of ${label}`} value={d.arm} onChange={(e) => {
        chooseArm(type, d, Number(e.target.value));
        again();
      }}>
        <option value={-1} disabled>Choose…</option>
        {arms.map((a, i) => <option value={i} key={i}>{a.label}</option>)}
      </select></div>
      {arm && inner && (group && !inner.raw
        ? <Group key={inner.id} type={arm.type} d={inner} label={arm.label} depth={depth} />
        : <Place key={inner.id} type={arm.type} d={inner} label={arm.label} depth={depth} />)}
    </>;
  }
  const inside = type.item ?? { kind: "any" };
  const one = singular(label);
  const title = one.charAt(0).toUpperCase() + one.slice(1);
  const remove = (i: number) => (
    <button type="button" className="plain danger" aria-label={`Remove ${one} ${i + 1}`} onClick={() => {
      d.items.splice(i, 1);
      again();
    }}>Remove</button>
  );
  const up = (i: number) => i > 0 && (
    <button type="button" className="plain" aria-label={`Move ${one} ${i + 1} up`} onClick={() => {
      d.items.splice(i - 1, 2, item(i), item(i - 1));
      again();
    }}>↑</button>
  );
  return <>
    {d.items.length === 0 && <p className="hint">None.</p>}
    <ol className="rows">{d.items.slice(0, drawn).map((entry, i) => type.kind === "array"
      ? <li key={entry.id}><Place type={inside} d={entry} label={`${title} ${i + 1}`} depth={depth}
        closed={d.items.length > 3} extra={<>{up(i)}{remove(i)}</>} /></li>
      : <li key={entry.id} className="entry"><div className="place">
        <div className="label"><span>Key</span>{remove(i)}</div>
        <input type="text" aria-label={`Key ${i + 1} of ${label}`} value={entry.key} onChange={(e) => {
          entry.key = e.target.value;
          again();
        }} /></div>
      <Place type={inside} d={entry} label="Value" depth={depth} closed={d.items.length > 3} /></li>)}</ol>
    {d.items.length > drawn && <button type="button" className="plain" onClick={() => setDrawn(drawn + 100)}>
      Show more ({d.items.length - drawn})</button>}
    <button type="button" className="add" onClick={() => {
      const added = newDraft(inside);
      if (added.state === "null") fill(inside, added);
      d.items.push(added);
      opened.add(added.id);
      setDrawn(Math.max(drawn, d.items.length));
      again();
    }}>+ Add {one}</button>
  </>;
}

function RowForm({ row, save, close }: { row: Row | null; save: (value: unknown, key: string) => void; close?: () => void }) {
  const [draft] = useState(() => {
    const made = row?.value === undefined ? fill(page.row, newDraft(page.row)) : toDraft(page.row, row.value);
    made.key = row?.key ?? "";
    return made;
  });
  const [issues, setIssues] = useState<Issue[]>([]);
  const [, again] = useReducer((n: number) => n + 1, 0);
  const opened = useRef(new Set<string>());
  const form = useRef<HTMLFormElement>(null);
  /* Opens what hides a field that needs attention. */
  const reveal = (d: Draft, ids: Set<string>): boolean => {
    const inside = d.items.filter((item) => reveal(item, ids)).length > 0;
    if (inside) opened.current.add(d.id);
    return inside || ids.has(d.id);
  };
  useEffect(() => {
    const first = issues[0] && document.getElementById(issues[0].id);
    first?.focus();
  }, [issues]);
  const group = ["record", "array", "tuple", "map", "union"].includes(page.row.kind) && !draft.raw;
  return (
    <Form.Provider value={{ again, issues, opened: opened.current }}>
      <form ref={form} noValidate onSubmit={(e) => {
        e.preventDefault();
        const found: Issue[] = [];
        const value = fromDraft(page.row, draft, found);
        reveal(draft, new Set(found.map((i) => i.id)));
        setIssues(found);
        if (found.length === 0) save(value, draft.key);
      }}>
        <div className="fields">
          {page.shape === "map" && <div className="place"><div className="label"><label htmlFor="row-key">Key</label></div>
            <input id="row-key" type="text" value={draft.key} onChange={(e) => {
              draft.key = e.target.value;
              again();
            }} /></div>}
          {group ? <Group type={page.row} d={draft} label={page.item} depth={0} />
            : <Place type={page.row} d={draft} label={page.item} depth={0} />}
        </div>
        <div className="buttons">
          <p className="summary" role="status">{issues.length > 0
            && `${issues.length} ${issues.length === 1 ? "field needs" : "fields need"} attention.`}</p>
          {close && <button type="button" onClick={close}>Cancel</button>}
          <button type="submit" className="primary">Save</button>
        </div>
      </form>
    </Form.Provider>
  );
}

function Dialog({ title, children, onClose }: { title: string; children: ReactNode; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (dialog.current && !dialog.current.open) dialog.current.showModal();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="form-title" onClose={onClose}>
      <header><h2 id="form-title">{title}</h2>
        <button type="button" className="plain" aria-label="Close" onClick={onClose}>✕</button></header>
      {children}
    </dialog>
  );
}

/* ---- table ---- */

function Filter({ column, value, set }: { column: Column; value: string; set: (text: string) => void }) {
  const label = `Filter by ${column.label}`;
  const choices: [string, string][] | null = column.type.kind === "boolean" ? [["true", "Yes"], ["false", "No"]]
    : column.type.kind === "enum" ? (column.type.values ?? []).map((v) => [v, v]) : null;
  if (choices) {
    return <select aria-label={label} value={value} onChange={(e) => set(e.target.value)}>
      <option value="">All</option>{choices.map(([v, text]) => <option value={v} key={v}>{text}</option>)}</select>;
  }
  const numeric = ["integer", "number"].includes(column.type.kind);
  return <input type="search" aria-label={label} placeholder={numeric ? ">5" : "Filter"} value={value}
    onChange={(e) => set(e.target.value)} />;
}

export default function @Page@({ text, src, onChange }: @Page@Props) {
  const [status, setStatus] = useState<"loading" | "ready" | "error">("loading");
  const [problem, setProblem] = useState("");
  const [whole, setWhole] = useState<unknown>(undefined);
  const [rows, setRows] = useState<Row[]>([]);
  const [shown, setShown] = useState(() => firstColumns(columns));
  const [sort, setSort] = useState<{ id: string; descending: boolean } | null>(null);
  const [filters, setFilters] = useState<Record<string, string>>({});
  const [search, setSearch] = useState("");
  const [at, setAt] = useState(0);
  const [size, setSize] = useState(25);
  const [editing, setEditing] = useState<Row | "new" | null>(null);
  const [tries, setTries] = useState(0);

  useEffect(() => {
    const stop = new AbortController();
    const load = async () => {
      setStatus("loading");
      try {
        const answer = src === undefined ? null : await fetch(src, { signal: stop.signal });
        if (answer && !answer.ok) throw new Error(`${src}: the server answered ${answer.status}`);
        const value = readJson(answer ? await answer.text() : text ?? "null");
        setRows(src === undefined && text === undefined ? [] : rowsOf(page, value));
        setWhole(value);
        setStatus("ready");
      } catch (error) {
        if (stop.signal.aborted) return;
        setProblem(error instanceof Error ? error.message : String(error));
        setStatus("error");
      }
    };
    void load();
    return () => stop.abort();
  }, [src, text, tries]);

  const found = useMemo(() => {
    const kept = filterRows(rows, columns, filters, search);
    const column = columns.find((c) => c.id === sort?.id);
    return column && sort ? sortRows(kept, column, sort.descending) : kept;
  }, [rows, filters, search, sort]);
  const pages = Math.max(1, Math.ceil(found.length / size));
  const index = Math.min(at, pages - 1);
  const visible = found.slice(index * size, (index + 1) * size);
  const head = columns.filter((c) => shown.has(c.id));

  const change = (next: Row[]) => {
    setRows(next);
    onChange?.(writeJson(wholeOf(page, whole, next)));
  };
  const save = (value: unknown, key: string) => {
    if (editing === "new") change([...rows, makeRow(value, key)]);
    else change(rows.map((row) => (row === editing ? { ...row, value, key } : row)));
    setEditing(null);
  };
  const keys = (event: KeyboardEvent<HTMLTableRowElement>, row: Row) => {
    if (event.target !== event.currentTarget) return;
    const line = event.currentTarget;
    const to = event.key === "ArrowDown" ? line.nextElementSibling
      : event.key === "ArrowUp" ? line.previousElementSibling : null;
    if (to instanceof HTMLElement) to.focus();
    else if (event.key === "Enter") setEditing(row);
    else return;
    event.preventDefault();
  };

  const bar = (
    <div className="bar"><h1>{page.title}</h1><span className="space" />
      {page.shape !== "one" && status === "ready"
        && <button type="button" className="primary" onClick={() => setEditing("new")}>Add {page.item}</button>}
    </div>
  );
  if (status === "loading") {
    return <div className="app" aria-busy>{bar}<div className="notice" role="status">
      <span className="spinner" />Loading…</div></div>;
  }
  if (status === "error") {
    return <div className="app">{bar}<div className="notice error" role="alert"><p>{problem}</p>
      <button type="button" onClick={() => setTries(tries + 1)}>Try again</button></div></div>;
  }
  if (page.shape === "one") {
    const row = rows[0] ?? makeRow(undefined);
    return <div className="app">{bar}<div className="card">
      <RowForm key={row.id} row={row} save={(value) => change([{ ...row, value }])} /></div></div>;
  }
  return (
    <div className="app">
      {bar}
      <div className="bar tools">
        <input type="search" className="search" placeholder="Search" aria-label={`Search ${page.title}`} value={search}
          onChange={(e) => { setSearch(e.target.value); setAt(0); }} />
        <span className="space" />
        <details className="menu"><summary>Columns</summary><div>{columns.map((c) => (
          <label key={c.id}><input type="checkbox" checked={shown.has(c.id)} onChange={(e) => {
            const next = new Set(shown);
            if (e.target.checked) next.add(c.id);
            else next.delete(c.id);
            setShown(next);
          }} />{c.label}</label>))}</div></details>
      </div>
      {rows.length > 0 && (
        <div className="scroll" role="region" tabIndex={0} aria-label={page.title}>
          <table>
            <caption className="quiet">{page.title}</caption>
            <thead>
              <tr>{head.map((c) => {
                const on = sort?.id === c.id;
                return (
                  <th scope="col" key={c.id} aria-sort={on ? (sort.descending ? "descending" : "ascending") : "none"}>
                    <button type="button" className="sort" onClick={() => setSort(on && sort.descending ? null
                      : { id: c.id, descending: on })}>{c.label}
                      <span className="arrow" aria-hidden>{on ? (sort.descending ? "▼" : "▲") : ""}</span></button>
                  </th>
                );
              })}<th scope="col" className="actions"><span className="quiet">Actions</span></th></tr>
              <tr className="filters">{head.map((c) => <td key={c.id}>
                <Filter column={c} value={filters[c.id] ?? ""} set={(value) => {
                  setFilters({ ...filters, [c.id]: value });
                  setAt(0);
                }} /></td>)}<td /></tr>
            </thead>
            <tbody>{visible.map((row, i) => (
              <tr key={row.id} tabIndex={i === 0 ? 0 : -1} onKeyDown={(e) => keys(e, row)}>
                {head.map((c) => (
                  <td key={c.id} data-label={c.label} className={cell(c.type, c.get(row)).style === "number" ? "right" : ""}>
                    <Value type={c.type} value={c.get(row)} /></td>))}
                <td className="actions">
                  <button type="button" className="plain" aria-label={`Edit ${rowLabel(page, columns, row)}`}
                    onClick={() => setEditing(row)}>Edit</button>
                  <button type="button" className="plain danger" aria-label={`Delete ${rowLabel(page, columns, row)}`}
                    onClick={() => change(rows.filter((r) => r !== row))}>Delete</button>
                </td>
              </tr>))}</tbody>
          </table>
        </div>
      )}
      {visible.length === 0 && <div className="notice"><p>
        {rows.length === 0 ? `There is no ${page.item} yet.` : "Nothing matches."}</p></div>}
      <nav className="bar pager" aria-label="Pages">
        <span role="status">{visible.length === 0 ? "0 rows"
          : `${index * size + 1}–${index * size + visible.length} of ${found.length}`}</span>
        <span className="space" />
        <label>Rows <select value={size} onChange={(e) => { setSize(Number(e.target.value)); setAt(0); }}>
          {[10, 25, 50, 100].map((n) => <option key={n}>{n}</option>)}</select></label>
        <button type="button" disabled={index === 0} onClick={() => setAt(index - 1)}>Previous</button>
        <span>Page {index + 1} of {pages}</span>
        <button type="button" disabled={index >= pages - 1} onClick={() => setAt(index + 1)}>Next</button>
      </nav>
      {editing !== null && (
        <Dialog title={editing === "new" ? `New ${page.item}` : `Edit ${rowLabel(page, columns, editing)}`}
          onClose={() => setEditing(null)}>
          <RowForm row={editing === "new" ? null : editing} save={save} close={() => setEditing(null)} />
        </Dialog>
      )}
    </div>
  );
}
