/** Whether the tests that take minutes run too: `npm run test:long`. */
export const isLong = process.env.HANDRAIL_LONG_TESTS !== undefined
