/** Body of an answer. @throws Error when it has more than `largest` bytes; no more than that is kept */
export const boundedText = async (response: Response, largest: number): Promise<string> => {
  let size = 0;
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > largest) throw new Error(`more than ${largest} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
};
