'use client';

/** Tables: sorted, filtered, exported, with their state in the address. */
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { fetchJson, useAnswer, type Answer } from '../data/store.ts';
import { Empty, Show } from './basics.tsx';
import { useQuery } from './query.ts';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** What it is sorted and searched by, and what an export holds. */
  readonly value: (row: Row) => string | number | bigint | null;
  readonly number?: boolean;
  readonly wraps?: boolean;
  /** Whether it can be sorted by; on a table of the API only where the API can. */
  readonly sorts?: boolean;
}

/** A filter by equality, offered as a choice. */
export interface Choice {
  readonly key: string;
  readonly title: string;
  readonly options: readonly { readonly value: string; readonly title: string }[];
}

interface Page<Row> {
  readonly items: readonly Row[];
  readonly next: string | null;
}

interface Common<Row> {
  /** Names the table in the address and for screen readers. */
  readonly name: string;
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string | number;
  readonly empty: string;
}

/** Rows that are all at hand. */
export function LocalTable<Row>(props: Common<Row> & { readonly rows: readonly Row[] }) {
  const [sort, setSort] = useQuery(`${props.name}.sort`);
  const [filter, setFilter] = useQuery(`${props.name}.find`);
  const shown = useMemo(
    () => sorted(found(props.rows, props.columns, filter), props.columns, sort),
    [props.rows, props.columns, filter, sort],
  );
  return (
    <View
      {...props}
      rows={shown}
      sort={sort}
      onSort={setSort}
      filter={filter}
      onFilter={setFilter}
      exports={
        <>
          <Download name={`${props.name}.csv`} type="text/csv" text={() => csv(shown, props.columns)} />
          <Download name={`${props.name}.json`} type="application/json" text={() => json(shown)} />
        </>
      }
    />
  );
}

/** A list of the API: sorted and filtered there, page after page. */
export function RemoteTable<Row>(
  props: Common<Row> & { readonly path: string; readonly choices?: readonly Choice[]; readonly initialSort?: string },
) {
  const [sort, setSort] = useQuery(`${props.name}.sort`);
  const [filter, setFilter] = useQuery(`${props.name}.find`);
  const choices = props.choices ?? [];
  const [picked, setPicked] = useQuery(`${props.name}.only`);
  const parameters = new URLSearchParams(picked);
  const order = sort || props.initialSort;
  if (order) {
    parameters.set('sort', order);
  }
  const query = parameters.toString();
  const path = `${props.path}${query ? `?${query}` : ''}`;
  const answer = useAnswer<Page<Row>>(path);
  const format = (name: string) => `${props.path}?${new URLSearchParams([...parameters, ['format', name], ['limit', '1000']])}`;
  return (
    <Show answer={answer}>
      {(first) => (
        <More key={path} path={path} first={first}>
          {(rows, more) => (
            <>
              <View
                {...props}
                rows={found(rows, props.columns, filter)}
                sort={order ?? ''}
                onSort={setSort}
                filter={filter}
                onFilter={setFilter}
                choices={choices.map((choice) => (
                  <label key={choice.key}>
                    {choice.title}
                    <select
                      value={new URLSearchParams(picked).get(choice.key) ?? ''}
                      onChange={(event) => setPicked(withChoice(picked, choice.key, event.target.value))}
                    >
                      <option value="">all</option>
                      {choice.options.map((option) => (
                        <option key={option.value} value={option.value}>
                          {option.title}
                        </option>
                      ))}
                    </select>
                  </label>
                ))}
                exports={
                  <>
                    <a className="button" href={format('csv')} download={`${props.name}.csv`}>
                      CSV
                    </a>
                    <a className="button" href={format('json')} download={`${props.name}.json`}>
                      JSON
                    </a>
                  </>
                }
              />
              {more}
            </>
          )}
        </More>
      )}
    </Show>
  );
}

function withChoice(picked: string, key: string, value: string): string {
  const parameters = new URLSearchParams(picked);
  if (value === '') {
    parameters.delete(key);
  } else {
    parameters.set(key, value);
  }
  return parameters.toString();
}

/** The first page as it is now, and behind it the pages that were asked for. */
function More<Row>({
  path,
  first,
  children,
}: {
  path: string;
  first: Page<Row>;
  children: (rows: readonly Row[], more: ReactNode) => ReactNode;
}) {
  const [rest, setRest] = useState<Answer<Page<Row>>>();
  const rows = rest?.state === 'ready' ? [...first.items, ...rest.value.items] : first.items;
  const next = rest?.state === 'ready' ? rest.value.next : first.next;
  const load = async () => {
    const after = `${path}${path.includes('?') ? '&' : '?'}after=${encodeURIComponent(next ?? '')}`;
    const page = await fetchJson<Page<Row>>(after);
    const before = rest?.state === 'ready' ? rest.value.items : [];
    setRest({ state: 'ready', value: { items: [...before, ...page.items], next: page.next }, receivedAtMs: Date.now() });
  };
  const [problem, setProblem] = useState('');
  const button = next !== null && (
    <p style={{ marginTop: 'var(--gap-3)' }}>
      <button type="button" onClick={() => load().then(() => setProblem(''), (error: Error) => setProblem(error.message))}>
        Show more
      </button>{' '}
      <span role="status">{problem}</span>
    </p>
  );
  return children(rows, button);
}

interface ViewProps<Row> extends Common<Row> {
  readonly rows: readonly Row[];
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  readonly choices?: ReactNode;
  readonly exports: ReactNode;
}

function View<Row>(props: ViewProps<Row>) {
  return (
    <div>
      <div className="table-tools">
        <label>
          <span className="hidden-visually">Filter {props.caption}</span>
          <input
            type="search"
            placeholder="Filter rows"
            value={props.filter}
            onChange={(event) => props.onFilter(event.target.value)}
          />
        </label>
        {props.choices}
        <span className="spring" />
        {props.exports}
      </div>
      {props.rows.length === 0 ? (
        <Empty>{props.filter ? 'No row matches the filter.' : props.empty}</Empty>
      ) : (
        <Scroll label={props.caption}>
          <table>
            <caption className="hidden-visually">{props.caption}</caption>
            <thead>
              <tr>
                {props.columns.map((column) => (
                  <Header key={column.key} column={column} sort={props.sort} onSort={props.onSort} />
                ))}
              </tr>
            </thead>
            <tbody>
              {props.rows.map((row) => (
                <tr key={props.rowKey(row)}>
                  {props.columns.map((column) => (
                    <td key={column.key} className={cellClass(column)}>
                      {column.cell(row)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </div>
  );
}

/** A region that scrolls sideways, and takes the keyboard only where it does. */
export function Scroll({ label, children }: { label: string; children: ReactNode }) {
  const region = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const element = region.current;
    if (!element) {
      return undefined;
    }
    const observer = new ResizeObserver(() =>
      setScrolls(element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={region} className="scroll" {...(scrolls ? { tabIndex: 0, role: 'region', 'aria-label': label } : {})}>
      {children}
    </div>
  );
}

function cellClass<Row>(column: Column<Row>): string | undefined {
  return column.number ? 'number' : column.wraps ? 'wraps' : undefined;
}

function Header<Row>({
  column,
  sort,
  onSort,
}: {
  column: Column<Row>;
  sort: string;
  onSort: (sort: string) => void;
}) {
  if (column.sorts === false) {
    return (
      <th scope="col" className={cellClass(column)}>
        {column.title}
      </th>
    );
  }
  const direction = sort === column.key ? 'ascending' : sort === `-${column.key}` ? 'descending' : 'none';
  const next = direction === 'descending' ? column.key : `-${column.key}`;
  return (
    <th scope="col" aria-sort={direction} className={cellClass(column)}>
      <button type="button" onClick={() => onSort(next)}>
        {column.title}
        {direction !== 'none' && <span aria-hidden="true">{direction === 'ascending' ? '↑' : '↓'}</span>}
      </button>
    </th>
  );
}

function found<Row>(rows: readonly Row[], columns: readonly Column<Row>[], filter: string): readonly Row[] {
  const wanted = filter.trim().toLowerCase();
  return wanted === ''
    ? rows
    : rows.filter((row) => columns.some((column) => String(column.value(row) ?? '').toLowerCase().includes(wanted)));
}

function sorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sort: string): readonly Row[] {
  const descending = sort.startsWith('-');
  const column = columns.find((each) => each.key === sort.replace(/^-/, ''));
  if (!column) {
    return rows;
  }
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => sign * compared(column.value(a), column.value(b)));
}

/** Unknown values come last when ascending. */
function compared(a: string | number | bigint | null, b: string | number | bigint | null): number {
  if (a === null || b === null) {
    return a === b ? 0 : a === null ? 1 : -1;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

/** RFC 4180, with formulas defused for whoever opens it in a spreadsheet. */
function csv<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cell = (value: string | number | bigint | null) => {
    const raw = String(value ?? '');
    const text = typeof value === 'string' && /^[=+@\t\r]|^-(?!\d)/.test(raw) ? `'${raw}` : raw;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [columns.map((column) => cell(column.title)), ...rows.map((row) => columns.map((column) => cell(column.value(row))))];
  return `${lines.map((line) => line.join(',')).join('\r\n')}\r\n`;
}

function json<Row>(rows: readonly Row[]): string {
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value), 2);
}

export function Download({ name, type, text }: { name: string; type: string; text: () => string }) {
  const save = () => {
    const address = URL.createObjectURL(new Blob([text()], { type }));
    const link = document.createElement('a');
    link.href = address;
    link.download = name;
    link.click();
    URL.revokeObjectURL(address);
  };
  return (
    <button type="button" onClick={save} title={`Save ${name}`}>
      {name.split('.').at(-1)?.toUpperCase()}
    </button>
  );
}
