/** Regatta's name in managedFields. */
export const fieldManager = 'regatta';
