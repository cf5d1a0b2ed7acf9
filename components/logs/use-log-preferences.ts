'use client';
import { useCallback, useEffect, useState } from 'react';
import { type LogPreferences, logPreferencesSchema } from './log-url.ts';

const storageKey = 'pilothouse.logs';

/** How this person likes to read logs, kept in this browser. */
export function useLogPreferences(): [LogPreferences, (change: Partial<LogPreferences>) => void] {
  const [preferences, setPreferences] = useState<LogPreferences>({ times: 'local', wrap: true });
  useEffect(() => setPreferences(read()), []);
  const change = useCallback((part: Partial<LogPreferences>) => {
    setPreferences((before) => {
      const next = { ...before, ...part };
      try {
        localStorage.setItem(storageKey, JSON.stringify(next));
      } catch {
        // A browser that keeps nothing (private mode, full): the choice holds for this page.
      }
      return next;
    });
  }, []);
  return [preferences, change];
}

function read(): LogPreferences {
  try {
    return logPreferencesSchema.parse(JSON.parse(localStorage.getItem(storageKey) ?? '{}'));
  } catch {
    return logPreferencesSchema.parse({});
  }
}
