/**
 * Options of the AWS clients of all functions. Without a timeout a connection whose other end is gone costs a worker its
 * whole time; a call of these services takes milliseconds. The SDK only warns of a late answer unless it is told to throw,
 * and then asks again on another connection.
 */
export const awsOptions = {
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
};
