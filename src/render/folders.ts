/** Every folder that holds one of the files, at any depth; `.` is the top. */
export const foldersOf = (files: Iterable<string>): Set<string> => {
  const folders = new Set<string>(['.']);
  for (const file of files) {
    for (let end = file.lastIndexOf('/'); end > 0; end = file.lastIndexOf('/', end - 1)) {
      const folder = file.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return folders;
};
