import type { Answer } from './real-engine.ts';

/** The answer, or `stopped` after so many milliseconds; `giveUp` then ends what still runs. */
export async function withinLimit(
  answer: Promise<Answer>,
  milliseconds: number,
  giveUp: () => Promise<void>,
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => {
      resolve('late');
    }, milliseconds);
  });
  const first = await Promise.race([answer, limit]);
  clearTimeout(timer);
  if (first !== 'late') return first;
  await giveUp();
  return { kind: 'stopped', words: `no answer within ${milliseconds / 1000} s` };
}
