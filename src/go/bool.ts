/** Whether a text is true to Go's strconv.ParseBool. */
export function isTrueText(text: string | undefined): boolean {
  return ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text ?? '');
}
