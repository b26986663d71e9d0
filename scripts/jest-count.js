/** The last line of a test run: the count, plain, for whoever reads it without knowing the runner. */
export default class Count {
  onRunComplete(_, { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites }) {
    // A suite that did not load ran no test, and is a failure all the same.
    console.log(`${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed, ${numPendingTests} skipped`);
  }
}
