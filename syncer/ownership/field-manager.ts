/** Our name in managedFields. */
export const fieldManager = 'regatta';
