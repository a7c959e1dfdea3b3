// Which program is the server is not for the page to find out.
export const findProgram = (): string => 'artel';
