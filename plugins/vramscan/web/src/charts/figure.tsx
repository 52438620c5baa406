/** What every chart has beside it: a summary in words and the same numbers as a table. */
import type { ReactNode } from 'react';
import { Scroll } from '../parts/table.tsx';

export interface Twin {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function ChartFigure({
  title,
  summary,
  twin,
  legend,
  children,
}: {
  title: string;
  summary: string;
  twin: Twin;
  legend?: ReactNode;
  children: ReactNode;
}) {
  return (
    <figure className="chart">
      <figcaption>
        <div className="chart-head">
          <h2>{title}</h2>
          {legend}
        </div>
        <p className="summary">{summary}</p>
      </figcaption>
      {children}
      <details>
        <summary>Numbers as a table</summary>
        <Scroll label={`${title}, as a table`}>
          <table>
            <thead>
              <tr>
                {twin.head.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {twin.rows.map((row) => (
                <tr key={row[0]}>
                  {row.map((cell, i) => (
                    <td key={twin.head[i]}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </details>
    </figure>
  );
}
