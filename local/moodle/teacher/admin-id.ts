/** The administrator of a fresh site, in whose name everything is graded and taken. */
export const adminId = 2;
