/** The first argument of a process that `outlive` starts; no command has this name. */
export const writerDoor = '(write)';
