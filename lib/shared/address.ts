/**
 * One segment of a page's address as it was meant. Next hands dynamic segments over still encoded; one that is not
 * validly encoded stays as it is.
 */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The tab of an object's page: '' for the first, undefined when there is no such tab. */
export function readTab(segments: readonly string[] | undefined, tabs: readonly string[]): string | undefined {
  if (!segments || segments.length === 0) return '';
  return segments.length === 1 ? tabs.find((tab) => tab === segments[0]) : undefined;
}
