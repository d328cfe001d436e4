/** Vitest's reporter of tests that passed only when they were tried again: they pass, and nobody is to overlook them. */
export default class FlakyReporter {
  #found = [];

  onTestCaseResult(test) {
    if (test.diagnostic()?.flaky) this.#found.push(`${test.module.relativeModuleId}: ${test.fullName}`);
  }

  onTestRunEnd() {
    if (this.#found.length > 0) console.log(`Passed only when tried again:\n  ${this.#found.join('\n  ')}`);
  }
}
