import type { ThroughputSample } from '../ui/throughput.ts'

const START = new Date(2026, 10, 21, 14, 30, 20).getTime()
const THROTTLED = [36, 45, 70, 97]

/** Two minutes of a made-up job, the same each time: rates climb, and fall where S3 asked to slow down. */
export function sampleThroughput(): { samples: ThroughputSample[]; throttles: number[] } {
  const samples: ThroughputSample[] = []
  let atOnce = 16
  for (let second = 0; second < 120; second += 1) {
    if (THROTTLED.includes(second)) atOnce *= 0.65
    else atOnce = Math.min(64, atOnce + 0.8)
    const wave = 1 + 0.12 * Math.sin(second * 1.7) + 0.08 * Math.sin(second * 3.1)
    const climb = Math.min(1, (second + 3) / 24)
    samples.push({
      at: START + second * 1000,
      objects: atOnce * 3.6 * wave * climb,
      bytes: atOnce * 24 * 1024 ** 2 * wave * climb,
      atOnce: Math.round(atOnce),
    })
  }
  return { samples, throttles: THROTTLED.map((second) => START + second * 1000) }
}

/** Keys as they come: long, in several scripts, and one that would pose as something else. */
export const SAMPLE_KEYS: readonly string[] = [
  'part-00412-5f0c2b1e-7d1f-4b39-9a0e-2f6f0d8c1a77.c000.snappy.parquet',
  'Übersicht_Zürich_Q3.parquet',
  'sensor=Ω-17_Außentemperatur.parquet',
  '売上_2026年11月_確定.parquet',
  ' a key with\ttabs, spaces and \u202Egnp.exe ',
]
