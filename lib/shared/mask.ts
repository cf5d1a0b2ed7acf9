/**
 * Stands where the door has masked a secret. Reserved: a request that contains it is refused, else inspect and write
 * back (as `docker service update` does) would store the mask as the value.
 */
export const maskMarker = '[masked:pilothouse]';
