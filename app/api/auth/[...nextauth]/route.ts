import type { NextRequest } from 'next/server';
import NextAuth from 'next-auth';
import { answerSignIn } from '#lib/console/answer-sign-in.ts';

function handler(request: NextRequest, context: { params: Promise<{ nextauth: string[] }> }): Promise<Response> {
  return answerSignIn(request, context, (options) => NextAuth(request, context, options));
}

export { handler as GET, handler as POST };
