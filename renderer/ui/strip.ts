import uPlot from 'uplot'
import { readColours } from './theme.ts'

/** One of the charts that stand above each other over the same time. */
export interface Strip {
  /** Token of the line's colour. */
  readonly stroke: '--accent-mark' | '--info-fill' | '--text-2'
  readonly look: 'area' | 'steps'
  /** Of the canvas, and what of it is left free above the plot, in pixels. */
  readonly height: number
  readonly above: number
  readonly top: (max: number) => number
  readonly mid: boolean
  readonly axis: (value: number) => string
}

/** Width of the axis left of every strip, in pixels. */
export const AXIS_WIDTH = 60
const BELOW = 8
const TRIANGLE = 4.5

/**
 * Draws a strip into its host.
 * @param marks the moments (x values) when S3 asked to slow down, read at each drawing
 * @param pointed told the index of the sample under the pointer, null when it has left
 */
export function drawStrip(
  strip: Strip,
  host: HTMLElement,
  width: number,
  data: uPlot.AlignedData,
  marks: () => readonly number[],
  pointed: (index: number | null) => void,
): uPlot {
  const colours = readColours(host, [strip.stroke, '--line-2', '--text-2', '--warn-fill'])
  const stroke = colours[strip.stroke]
  const series: uPlot.Series = { stroke, width: strip.look === 'area' ? 1.5 : 1.25, points: { show: false } }
  if (strip.look === 'area') series.fill = faded(stroke)
  else if (uPlot.paths.stepped) series.paths = uPlot.paths.stepped({ align: 1 })
  return new uPlot(
    {
      width,
      height: strip.height,
      padding: [strip.above, 0, BELOW, 0],
      legend: { show: false },
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: false, y: false },
        sync: { key: 'throughput' },
      },
      scales: { x: { time: false }, y: { range: (_plot, _min, max) => [0, strip.top(max)] } },
      axes: [{ show: false }, yAxis(strip, colours, getComputedStyle(host).fontFamily)],
      series: [{}, series],
      hooks: {
        drawClear: [(plot) => drawMarks(plot, marks(), colours['--warn-fill'], strip.above > BELOW)],
        setCursor: [(plot) => pointed(plot.cursor.idx ?? null)],
      },
    },
    data,
    host,
  )
}

function yAxis(strip: Strip, colours: Record<'--line-2' | '--text-2', string>, family: string): uPlot.Axis {
  return {
    size: AXIS_WIDTH,
    gap: 6,
    font: `11px ${family}`,
    stroke: colours['--text-2'],
    ticks: { show: false },
    grid: { stroke: colours['--line-2'], width: 1 },
    splits: (_plot, _axis, _min, max) => (strip.mid ? [0, max / 2, max] : [0, max]),
    values: (_plot, splits) => splits.map((split, at) => (strip.mid && at === 1 ? '' : strip.axis(split))),
  }
}

/** A dashed line through the strip at each mark; the uppermost strip has the triangles above it. */
function drawMarks(plot: uPlot, marks: readonly number[], colour: string, triangles: boolean): void {
  const { ctx } = plot
  const ratio = devicePixelRatio
  ctx.save()
  ctx.strokeStyle = colour
  ctx.fillStyle = colour
  ctx.lineWidth = ratio
  ctx.setLineDash([2 * ratio, 3 * ratio])
  const { min = 0, max = 0 } = plot.scales['x'] ?? {}
  for (const mark of marks) {
    if (mark < min || mark > max) continue
    const x = Math.round(plot.valToPos(mark, 'x', true)) + ratio / 2
    ctx.beginPath()
    ctx.moveTo(x, triangles ? 6 * ratio : 0)
    ctx.lineTo(x, ctx.canvas.height)
    ctx.stroke()
    if (!triangles) continue
    ctx.beginPath()
    ctx.moveTo(x - TRIANGLE * ratio, 0)
    ctx.lineTo(x + TRIANGLE * ratio, 0)
    ctx.lineTo(x, 8 * ratio)
    ctx.fill()
  }
  ctx.restore()
}

/** The ground under a line: its colour, nearly transparent. */
function faded(colour: string): string {
  return colour.replace(/^rgb\(([^)]+)\)$/, 'rgba($1, 0.1)')
}
