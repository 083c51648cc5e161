/** Where backups lie unless somebody says otherwise: out of the way of what is listed first. */
export const USUAL_BACKUP = '.decant-backup/'
