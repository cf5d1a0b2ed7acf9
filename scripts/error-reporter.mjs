// A vitest reporter that counts what its JSON report leaves out: errors outside of any test (unhandled rejections).
import { writeFileSync } from 'node:fs';

export default class ErrorReporter {
  onTestRunEnd(_modules, errors) {
    const path = process.env.PILOTHOUSE_TEST_ERRORS;
    if (path) writeFileSync(path, String(errors.length));
  }
}
