/** The first argument of a process that `outlive` starts; no command has such a name. */
export const writerDoor = '(write)';
