import type { Properties, PropertyName, SomeProperties } from '#model/properties.ts'

/** A property as a rule begins to speak of it: with what one most likely came for, else as the job has it. */
export function beginProperty(name: PropertyName, properties: Properties): SomeProperties {
  switch (name) {
    case 'headers':
    case 'metadata':
    case 'tags':
      return { [name]: { policy: 'change', set: {}, remove: [] } }
    case 'storageClass':
      return { storageClass: { policy: 'set', value: 'STANDARD_IA' } }
    case 'annotations':
    case 'acl':
    case 'retention':
    case 'legalHold':
    case 'redirect':
    case 'encryption':
    case 'checksum':
      return { [name]: properties[name] }
  }
}
