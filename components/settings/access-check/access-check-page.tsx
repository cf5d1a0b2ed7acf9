'use client';
import { useSearchParams } from 'next/navigation';
import { shownError } from '#components/live/errors.ts';
import { ErrorState } from '#components/ui/error-state.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { explained } from '#lib/shared/explained.ts';
import { useApi } from '../use-api.ts';
import { Answer } from './answer.tsx';
import { EffectiveAccess } from './effective-access.tsx';
import { isWhole, type Question, readQuestion, writeQuestion } from './question.ts';
import { QuestionFields } from './question-fields.tsx';

/** May somebody do something somewhere, and by which grant, or for want of what. The question stands in the address. */
export function AccessCheckPage() {
  const question = readQuestion(useSearchParams());
  const ask = (part: Partial<Question>) => {
    const query = writeQuestion({ ...question, ...part });
    window.history.replaceState(null, '', query ? `?${query}` : window.location.pathname);
  };
  return (
    <>
      <PageHeader title="Access check" />
      <div className="space-y-4 px-3 pb-6 sm:px-4">
        {question.audit === '' && (
          <>
            <p className="max-w-2xl text-ink-soft">
              May somebody do something, by which grant, or for want of what? It is the door’s own decision, asked
              without doing anything.
            </p>
            <QuestionFields question={question} onChange={ask} />
          </>
        )}
        {isWhole(question) && <Asked question={question} />}
        {question.audit === '' && question.who !== '' && <EffectiveAccess who={question.who} />}
      </div>
    </>
  );
}

function Asked({ question }: { question: Question }) {
  const query = useApi(`/api/explain?${writeQuestion(question)}`, explained);
  if (query.isPending) return <p className="py-6 text-center text-ink-faint">Asking …</p>;
  if (query.isError) return <ErrorState title="This can not be answered" error={shownError(query.error)} />;
  return <Answer answer={query.data} />;
}
