/** Whether the Node that runs the tests loads TypeScript by itself. */
export const canStripTypes = Boolean((process.features as { readonly typescript?: unknown }).typescript)
