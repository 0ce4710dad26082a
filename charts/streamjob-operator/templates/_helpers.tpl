{{- define "streamjob.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "streamjob.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else if contains (include "streamjob.name" .) .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "streamjob.name" .) | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "streamjob.selector" -}}
app.kubernetes.io/name: {{ include "streamjob.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: operator
{{- end -}}

{{- define "streamjob.labels" -}}
{{ include "streamjob.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: streamjob-operator
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "streamjob.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "streamjob.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name is required when serviceAccount.create is false" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "streamjob.image" -}}
{{- $image := .image -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository (default .version $image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "streamjob.credentialsDir" -}}
/etc/streamjob-operator/credentials/{{ . }}
{{- end -}}

{{/* The operator's configuration file; the chart's own keys are replaced by what the operator reads. */}}
{{- define "streamjob.config" -}}
{{- $connections := list -}}
{{- range .Values.connections -}}
{{- if and (not .egress) (regexMatch "//[^/:\\[]*[A-Za-z]" (join " " .urls)) -}}
{{- fail (printf "connection %s needs egress: say where its servers are (a cidr, or namespaceSelector and podSelector), because a NetworkPolicy can't hold the host names in urls" .name) -}}
{{- end -}}
{{- $connection := omit . "credentialsSecretName" -}}
{{- if .credentialsSecretName -}}
{{- $_ := set $connection "credentialsDir" (include "streamjob.credentialsDir" .name) -}}
{{- end -}}
{{- $connections = append $connections $connection -}}
{{- end -}}
{{- range .Values.http.hosts -}}
{{- if and (not .egress) (regexMatch "[A-Za-z]" .host) (not (hasPrefix "[" .host)) -}}
{{- fail (printf "http host %s needs egress: say where it is (a cidr, or namespaceSelector and podSelector), because a NetworkPolicy can't hold host names" .host) -}}
{{- end -}}
{{- end -}}
{{- $http := .Values.http -}}
{{- if not .Values.http.caBundle }}{{- $http = omit .Values.http "caBundle" -}}{{- end -}}
{{- $worker := dict "image" (include "streamjob.image" (dict "image" .Values.worker.image "version" .Chart.AppVersion)) "imagePullPolicy" .Values.worker.image.pullPolicy "logLevel" .Values.worker.logLevel "labels" .Values.worker.labels "annotations" .Values.worker.annotations -}}
{{- $config := dict "namespaces" .Values.watchNamespaces "worker" $worker "http" $http "connections" $connections -}}
{{- if .Values.clusterId }}{{- $_ := set $config "clusterId" .Values.clusterId -}}{{- end -}}
{{- toYaml $config -}}
{{- end -}}
