{{- define "nodeflame.namespace" -}}
{{ .Values.namespace.name | default .Release.Namespace }}
{{- end -}}

{{/* Metadata of every namespaced object. The names are fixed: a node is profiled once. */}}
{{- define "nodeflame.metadata" -}}
name: nodeflame
namespace: {{ include "nodeflame.namespace" . }}
{{ include "nodeflame.labels" . }}
{{- end -}}

{{- define "nodeflame.labels" -}}
labels:
  app.kubernetes.io/name: nodeflame
{{- end -}}

{{/* The daemon's configuration: pyroscopeUrl unless config.pyroscope says more. */}}
{{- define "nodeflame.config" -}}
{{- $config := deepCopy .Values.config -}}
{{- if not (hasKey $config "pyroscope") -}}
{{- $_ := set $config "pyroscope" (list (dict "name" "main" "url" .Values.pyroscopeUrl)) -}}
{{- end -}}
{{ toYaml $config }}
{{- end -}}
