'use client';

/** Lines over a common axis, with bands and a cursor that the mouse and the arrow keys move. */
import { useEffect, useId, useRef, useState } from 'react';
import { ChartFigure } from './figure.tsx';
import { nearest, scale, ticks, type Scale } from './scale.ts';

export interface Series {
  readonly name: string;
  readonly colour: string;
  /** Distinguishes lines without colour. */
  readonly dash?: string;
  /** One value per x; null leaves a gap. */
  readonly values: readonly (number | null)[];
}

export interface Band {
  readonly name: string;
  readonly colour: string;
  readonly low: readonly number[];
  readonly high: readonly number[];
}

export interface LineChartProps {
  readonly title: string;
  readonly summary: string;
  readonly xName: string;
  readonly x: readonly number[];
  readonly series: readonly Series[];
  readonly band?: Band;
  readonly height?: number;
  readonly xText?: (x: number) => string;
  readonly yText: (y: number) => string;
  /** Whether the axis must show zero. */
  readonly fromZero?: boolean;
}

const MARGIN = { top: 10, right: 12, bottom: 24, left: 56 };

export function LineChart(props: LineChartProps) {
  const { x, series, band, yText, height = 220 } = props;
  const xText = props.xText ?? String;
  const [box, width] = useWidth(640);
  const [cursor, setCursor] = useState<number>();
  const clip = useId();

  const all = [...series.flatMap((line) => line.values.filter((value) => value !== null)), ...(band ? [...band.low, ...band.high] : [])];
  const yDomain = domain(all, props.fromZero ?? false);
  const across = scale([x[0] ?? 0, x.at(-1) ?? 1], [MARGIN.left, width - MARGIN.right]);
  const down = scale(yDomain, [height - MARGIN.bottom, MARGIN.top]);

  const move = (clientX: number, element: Element) => {
    const bounds = element.getBoundingClientRect();
    setCursor(nearest(x, across.invert(((clientX - bounds.left) / bounds.width) * width)));
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -x.length, End: x.length }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setCursor(Math.min(x.length - 1, Math.max(0, (cursor ?? (step > 0 ? -1 : x.length)) + step)));
    }
  };

  return (
    <ChartFigure
      title={props.title}
      summary={props.summary}
      legend={series.length + (band ? 1 : 0) > 1 ? <Legend series={series} band={band} /> : null}
      twin={{
        head: [props.xName, ...series.map((line) => line.name), ...(band ? [`${band.name}, low`, `${band.name}, high`] : [])],
        rows: x.map((at, i) => [
          xText(at),
          ...series.map((line) => shown(line.values[i], yText)),
          ...(band ? [shown(band.low[i], yText), shown(band.high[i], yText)] : []),
        ]),
      }}
    >
      <div ref={box}>
        <svg
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label={`${props.title}. ${props.summary} Arrow keys read single values.`}
          tabIndex={0}
          onMouseMove={(event) => move(event.clientX, event.currentTarget)}
          onMouseLeave={() => setCursor(undefined)}
          onBlur={() => setCursor(undefined)}
          onKeyDown={onKeyDown}
        >
          <clipPath id={clip}>
            <rect x={MARGIN.left} y={0} width={Math.max(0, width - MARGIN.left)} height={height} />
          </clipPath>
          <Axes across={across} down={down} width={width} height={height} xText={xText} yText={yText} />
          <g clipPath={`url(#${clip})`}>
            {band && <path d={area(x, band, across, down)} fill={band.colour} opacity={0.16} />}
            {series.map((line) => (
              <path
                key={line.name}
                className="series"
                d={path(x, line.values, across, down)}
                stroke={line.colour}
                strokeDasharray={line.dash}
              />
            ))}
          </g>
          {cursor !== undefined && x[cursor] !== undefined && (
            <g>
              <line
                className="cursor"
                x1={across(x[cursor])}
                x2={across(x[cursor])}
                y1={MARGIN.top}
                y2={height - MARGIN.bottom}
              />
              {series.map((line) => {
                const value = line.values[cursor];
                return value === null || value === undefined ? null : (
                  <circle key={line.name} cx={across(x[cursor] as number)} cy={down(value)} r={3.5} fill={line.colour} />
                );
              })}
            </g>
          )}
        </svg>
      </div>
      <p className="readout" aria-live="polite">
        {cursor !== undefined &&
          x[cursor] !== undefined &&
          [`${props.xName} ${xText(x[cursor])}`, ...series.map((line) => `${line.name} ${shown(line.values[cursor], yText)}`)].join(' · ')}
      </p>
    </ChartFigure>
  );
}

function Legend({ series, band }: { series: readonly Series[]; band: Band | undefined }) {
  return (
    <div className="legend">
      {series.map((line) => (
        <span key={line.name}>
          <svg viewBox="0 0 22 10" aria-hidden="true">
            <path d="M0 5h22" stroke={line.colour} strokeWidth="2" strokeDasharray={line.dash} />
          </svg>
          {line.name}
        </span>
      ))}
      {band && (
        <span>
          <svg viewBox="0 0 22 10" aria-hidden="true">
            <rect width="22" height="10" fill={band.colour} opacity={0.25} />
          </svg>
          {band.name}
        </span>
      )}
    </div>
  );
}

function Axes(props: {
  across: Scale;
  down: Scale;
  width: number;
  height: number;
  xText: (x: number) => string;
  yText: (y: number) => string;
}) {
  const { across, down, width, height, xText, yText } = props;
  return (
    <g>
      {ticks(down.domain, 5).map((value) => (
        <g key={value}>
          <line className="grid-line" x1={MARGIN.left} x2={width - MARGIN.right} y1={down(value)} y2={down(value)} />
          <text className="axis" x={MARGIN.left - 8} y={down(value) + 4} textAnchor="end">
            {yText(value)}
          </text>
        </g>
      ))}
      {ticks(across.domain, Math.max(2, Math.floor(width / 90))).map((value) => (
        <text key={value} className="axis" x={across(value)} y={height - 6} textAnchor="middle">
          {xText(value)}
        </text>
      ))}
    </g>
  );
}

function domain(values: readonly number[], fromZero: boolean): [number, number] {
  const low = Math.min(...values, ...(fromZero || values.length === 0 ? [0] : []));
  const high = Math.max(...values, ...(fromZero || values.length === 0 ? [0] : []));
  const slack = (high - low || Math.abs(high) || 1) * 0.05;
  return [fromZero && low === 0 ? 0 : low - slack, high + slack];
}

function path(x: readonly number[], values: readonly (number | null)[], across: Scale, down: Scale): string {
  let drawing = false;
  return x
    .map((at, i) => {
      const value = values[i];
      if (value === null || value === undefined) {
        drawing = false;
        return '';
      }
      const place = `${across(at).toFixed(1)} ${down(value).toFixed(1)}`;
      // A value between two gaps is a line of no length, which its round ends make a dot.
      const step = drawing ? `L${place}` : `M${place}h0`;
      drawing = true;
      return step;
    })
    .join('');
}

function area(x: readonly number[], band: Band, across: Scale, down: Scale): string {
  const point = (i: number, value: number) => `${across(x[i] as number).toFixed(1)} ${down(value).toFixed(1)}`;
  const top = band.high.map((value, i) => point(i, value));
  const bottom = band.low.map((value, i) => point(i, value)).reverse();
  return `M${[...top, ...bottom].join('L')}Z`;
}

function shown(value: number | null | undefined, text: (y: number) => string): string {
  return value === null || value === undefined ? '—' : text(value);
}

/** The width an element is given, so that text in a chart keeps its size. */
function useWidth(initial: number): [React.RefObject<HTMLDivElement | null>, number] {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(initial);
  useEffect(() => {
    const element = box.current;
    if (!element) {
      return undefined;
    }
    const observer = new ResizeObserver(() => setWidth(Math.max(240, Math.round(element.clientWidth))));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [box, width];
}
