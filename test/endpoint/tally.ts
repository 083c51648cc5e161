/** Counts what passed, failed and was skipped, and says each as it comes. */
export class Tally {
  passed = 0
  failed = 0
  skipped = 0

  async check(name: string, run: () => Promise<void>): Promise<void> {
    try {
      await run()
      this.passed += 1
      console.log(`  ok    ${name}`)
    } catch (error) {
      this.failed += 1
      console.log(`  FAIL  ${name}\n        ${words(error).replaceAll('\n', '\n        ')}`)
    }
  }

  skip(name: string, why: string): void {
    this.skipped += 1
    console.log(`  skip  ${name}: ${why}`)
  }

  toString(): string {
    return `${this.passed} passed, ${this.failed} failed, ${this.skipped} skipped`
  }
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
