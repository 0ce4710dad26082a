module streamjob/hack/pause

go 1.26.0
