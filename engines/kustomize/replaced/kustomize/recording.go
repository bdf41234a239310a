package resource

// RecordsTransformations says whether objects note the transformers that change them. A build that tracks
// origins alone removes the notes at its end, and needs none.
var RecordsTransformations bool
