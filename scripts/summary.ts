/** Closes a test run: `N passed, N failed, N skipped`, and the exit code that goes with it. */
import { readFileSync } from 'node:fs';

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

const [file, checksFailed, testsEnded] = process.argv.slice(2) as [string, string, string];

function readReport(): Report | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    return null;
  }
}

const report = readReport();
const passed = report?.numPassedTests ?? 0;
const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
// A file that does not even load has no failed test of its own.
const brokenFiles =
  report?.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length ?? 1;
let failed = (report?.numFailedTests ?? 0) + brokenFiles + Number(checksFailed);
// Errors outside of tests, or no test at all: the runner says so by its exit code only.
if (failed === 0 && (testsEnded !== '0' || passed === 0)) failed = 1;
console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;
