// The recordings that an offline page carries, one `qd-cast` element a demo.

/** Seconds since the step began, the terminal from 1, and output. */
export type RecordedOutput = readonly [time: number, terminal: number, data: string];

export interface RecordedStep {
  readonly id: string;
  readonly outcome: string;
  readonly events: readonly RecordedOutput[];
  /** The pages shown after it of which there are pictures: each with the step that opened it, and its address. */
  readonly pages: readonly (readonly [step: string, url: string])[];
}

export interface Recording {
  readonly demo: string;
  readonly columns: number;
  readonly rows: number;
  /** What stands in the terminals before the first step: the terminal, and output. */
  readonly before: readonly (readonly [number, string])[];
  readonly steps: readonly RecordedStep[];
}

export function readRecordings(page: Document = document): Map<string, Recording> {
  const found = new Map<string, Recording>();
  for (const element of page.querySelectorAll("script.qd-cast")) {
    const recording = JSON.parse(element.textContent) as Recording;
    found.set(recording.demo, recording);
  }
  return found;
}
