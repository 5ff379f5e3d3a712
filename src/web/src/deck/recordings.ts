// The recordings that an offline page carries, one `qd-cast` element a demo.

export interface RecordedStep {
  readonly id: string;
  readonly outcome: string;
  /** Seconds since the step began, and output. */
  readonly events: readonly (readonly [number, string])[];
}

export interface Recording {
  readonly demo: string;
  readonly columns: number;
  readonly rows: number;
  /** What stands on the screen before the first step. */
  readonly before: string;
  readonly steps: readonly RecordedStep[];
}

export function readRecordings(page: Document = document): Map<string, Recording> {
  const found = new Map<string, Recording>();
  for (const element of page.querySelectorAll("script.qd-cast")) {
    const recording = JSON.parse(element.textContent ?? "") as Recording;
    found.set(recording.demo, recording);
  }
  return found;
}
