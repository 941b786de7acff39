/** Whether Go's strconv.ParseBool reads a text as true. */
export function isTrueText(text: string | undefined): boolean {
  return ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text ?? '');
}
