/** The phases of a window in chain time, with a needle for now. */
import type { Phases } from '../data/api.ts';
import { clock, duration } from '../format.ts';

export interface PhaseState {
  readonly name: 'Train' | 'Score' | 'Final' | 'Not open yet';
  readonly tone: 'train' | 'score' | 'good' | 'unknown';
  /** Until the next phase; undefined in the last. */
  readonly leftMs: number | undefined;
}

export function phaseAt(phases: Phases, chainMs: number): PhaseState {
  if (chainMs < phases.opensMs) {
    return { name: 'Not open yet', tone: 'unknown', leftMs: phases.opensMs - chainMs };
  }
  if (chainMs < phases.commitDeadlineMs) {
    return { name: 'Train', tone: 'train', leftMs: phases.commitDeadlineMs - chainMs };
  }
  if (chainMs < phases.closesMs) {
    return { name: 'Score', tone: 'score', leftMs: phases.closesMs - chainMs };
  }
  return { name: 'Final', tone: 'good', leftMs: undefined };
}

export function PhaseBar({ phases, chainMs }: { phases: Phases; chainMs: number | undefined }) {
  const span = phases.closesMs - phases.opensMs;
  const train = ((phases.commitDeadlineMs - phases.opensMs) / span) * 100;
  const state = chainMs === undefined ? undefined : phaseAt(phases, chainMs);
  const at = chainMs === undefined ? undefined : Math.min(100, Math.max(0, ((chainMs - phases.opensMs) / span) * 100));
  const left = state?.leftMs === undefined ? '' : ` · ${duration(state.leftMs)} left`;
  return (
    <div>
      <div className="phases" role="img" aria-label={summary(phases, state)}>
        <span
          data-active={state?.name === 'Train'}
          style={{ width: `${train}%`, '--tone': 'var(--train)' } as React.CSSProperties}
        >
          Train{state?.name === 'Train' && left}
        </span>
        <span
          data-active={state?.name === 'Score'}
          style={{ width: `${100 - train}%`, '--tone': 'var(--score)' } as React.CSSProperties}
        >
          Score{state?.name === 'Score' && left}
        </span>
        {at !== undefined && <i className="needle moves" style={{ left: `${at}%` }} />}
      </div>
      <p className="note" style={{ display: 'flex', justifyContent: 'space-between', gap: '1rem', marginTop: '0.25rem' }}>
        <span>{clock(phases.opensMs)} opens</span>
        <span>{clock(phases.commitDeadlineMs)} commit deadline</span>
        <span>{clock(phases.closesMs)} closes</span>
      </p>
    </div>
  );
}

function summary(phases: Phases, state: PhaseState | undefined): string {
  const bounds = `Training until ${clock(phases.commitDeadlineMs)}, scoring until ${clock(phases.closesMs)} UTC.`;
  return state ? `${bounds} Now: ${state.name}.` : bounds;
}
