/**
 * A place: where a term stands in a paper, as one whole number that holds field, author and
 * position, so that the words of two fields or authors are never neighbours. The places of a
 * paper in ascending order are those of its title, its abstract, its first author, and so on.
 */

/** More positions than the longest field can have: 100,000 words, or 10,000 names. */
const FIELD_BITS = 24;

/** More words than the longest name can have, which is of 500 characters. */
const NAME_BITS = 9;

/** What stands in one field, without the field itself. */
export const PLACE_IN_FIELD_MASK: number = (1 << FIELD_BITS) - 1;

/**
 * @param fieldAt - which of `FIELDS`
 * @param nameAt - which of the authors, from 0; 0 in the other fields
 */
export function placeOf(fieldAt: number, nameAt: number, position: number): number {
  return (fieldAt << FIELD_BITS) + (nameAt << NAME_BITS) + position;
}

/** Which of `FIELDS` a place is in. */
export function fieldOf(place: number): number {
  return place >> FIELD_BITS;
}

/** The place at which the name begins that a place of the authors is in. */
export function nameStart(place: number): number {
  return (place >> NAME_BITS) << NAME_BITS;
}
