import type { Reason } from './reason.ts';

/** The way to the registries: proxies, names, connections, certificates. */
export const networkReasons: readonly Reason[] = [
  {
    code: 'update-graph',
    says: /\/upgrades_info\/|api\.openshift\.com/,
    cause:
      'The update graph of OpenShift could not be read from {place}. oc-mirror needs it to choose releases.',
    fix: 'Open the way to api.openshift.com from this machine (proxy, firewall). Where a service of your own has the graph, name it with UPDATE_URL_OVERRIDE. Without platform in the ImageSetConfiguration the graph is not needed.',
  },
  {
    code: 'body-too-large',
    says: /HTTP status: 413|413 Request Entity Too Large|413 Payload Too Large/i,
    cause: 'A proxy in front of {place} refuses large uploads.',
    fix: 'Raise its limit (nginx: client_max_body_size 0). Or upload with operator-mirror copy, which then sends layers in parts.',
  },
  {
    code: 'address-too-long',
    says: /HTTP (?:status: )?414\b|Request-URI Too (?:Large|Long)/i,
    cause: 'A proxy in front of {place} refuses the request because its address is too long.',
    fix: 'Raise its limit (nginx: large_client_header_buffers 4 32k), then run the same command again.',
  },
  {
    code: 'registry-error',
    says: /HTTP status: 5\d\d|\b50[0234] \(?(?:Internal|Bad|Service|Gateway)|status code(?::| from registry)? 5\d\d|blob upload (?:unknown|invalid)|BLOB_UPLOAD|unknown: Unknown error|internal server error|no Location header|missing Location header/i,
    cause:
      '{place} has an error of its own. Its storage may be full or broken, or the proxy in front does not reach it.',
    fix: 'Look at the log and the free space of {place}. Fix that. Then run the same command again. It skips what is already there.',
    fixNode: 'Look at the log and the free space of {place}. The kubelet tries again by itself.',
    pull: 'network',
  },
  {
    code: 'image-timeout',
    says: /deadline exceeded|timed? ?out/,
    ofPlace: /^localhost:55000$/,
    cause:
      'oc-mirror gave this image up because it took too long: the source, the network or the disk of the cache is slow. localhost:55000 is the cache of oc-mirror itself.',
    fix: 'Run the same command again: what is in the cache is not fetched again. Give slow images more time with --image-timeout 60m, or copy fewer at once with --parallel-images 2.',
  },
  {
    code: 'proxy',
    says: /proxyconnect|Proxy Authentication Required|HTTP status: 407|": (?:Forbidden|Bad Gateway|Service Unavailable|Gateway Timeout)$/,
    cause: 'The proxy of the environment (HTTPS_PROXY) did not let the request through.',
    fix: 'Correct HTTPS_PROXY, or add the registry to NO_PROXY. Then run the same command again.',
    fixNode:
      'Correct the cluster-wide proxy (oc edit proxy/cluster): add the registry to spec.noProxy if it is inside, or let the proxy pass it.',
    pull: 'network',
  },
  {
    code: 'name-not-resolved',
    says: /dial tcp: ?lookup|no such host|未知的名称或服务|server misbehaving|Temporary failure in name resolution|Name or service not known|Could not resolve host/i,
    cause: '{place} is a name that the DNS server of the machine that asked does not know.',
    fix: 'Check the name. Without internet access this registry is reached through a mirror only. If the machine should reach it, add the name to DNS or /etc/hosts.',
    fixNode:
      'Check the name. If the nodes should reach {place} themselves, add it to the DNS server that they use. Without internet access a registry is reached through a mirror only.',
    pull: 'network',
  },
  {
    code: 'cache-not-running',
    says: /connection refused/,
    ofPlace: /^localhost:55000$/,
    cause:
      'Nothing serves the cache of oc-mirror at localhost:55000. oc-mirror starts this registry itself, and it did not start or has ended.',
    fix: 'Look for an earlier error of the same run: a port in use, no space for --cache-dir, or a proxy for localhost. Add localhost to NO_PROXY, then run the same command again.',
  },
  {
    code: 'not-listening',
    says: /connection refused|Connection refused|拒绝连接|连接被拒绝/,
    cause: 'Nothing listens at {place}. The registry does not run, or it stopped, or the port is wrong.',
    fix: 'Start the registry, or correct the port. Then run the same command again. It skips what is already there.',
    fixNode:
      'Start the registry, or correct the port in the mirror set. Look at it from a node: oc debug node/NODE, then chroot /host curl -v https://{host}/v2/. The kubelet tries again by itself.',
    pull: 'network',
  },
  {
    code: 'timeout',
    says: /i\/o timeout|TLS handshake timeout|deadline exceeded|Client\.Timeout|request canceled|timed? ?out/i,
    cause: '{place} did not answer in time. A firewall drops the connection, or the network is slow.',
    fix: 'Check that this machine can reach {place}. Then run the same command again. It skips what is already there.',
    fixNode:
      'Open the way from the nodes to {place}, if they should reach it. Look at it from a node: oc debug node/NODE, then chroot /host curl -v https://{host}/v2/. The kubelet tries again by itself.',
    pull: 'network',
  },
  {
    code: 'unreachable',
    says: /no route to host|network is unreachable|host is down/i,
    cause: 'The machine that asked has no route to {place}.',
    fix: 'Check the network. Then run the same command again. It skips what is already there.',
    fixNode:
      'Check the network of the nodes. Look at it from a node: oc debug node/NODE, then chroot /host curl -v https://{host}/v2/. The kubelet tries again by itself.',
    pull: 'network',
  },
  {
    code: 'plain-http',
    says: /server gave HTTP response to HTTPS client|first record does not look like a TLS handshake|wrong version number/,
    cause: '{place} speaks plain HTTP, and the tool expects TLS.',
    fix: 'Give the registry a certificate, or allow plain HTTP: --insecure for oc, --insecure HOST for operator-mirror, insecure = true in registries.conf for nodes and podman.',
    fixNode:
      'Give the registry a certificate. Or name {place} in spec.registrySources.insecureRegistries of image.config.openshift.io/cluster.',
    pull: 'tls',
  },
  {
    code: 'tls-expected',
    says: /malformed HTTP response|HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port/i,
    cause: '{place} speaks TLS, and it was asked in plain HTTP.',
    fix: 'Leave out the option for plain HTTP, such as --source-use-http, --dest-use-http or --plain-http.',
    fixNode:
      'Take {place} out of spec.registrySources.insecureRegistries of image.config.openshift.io/cluster, and let the nodes trust its certificate (spec.additionalTrustedCA).',
    pull: 'tls',
  },
  {
    code: 'unknown-authority',
    says: /certificate signed by unknown authority|self[- ]signed certificate|unable to get local issuer|certificate is not trusted/i,
    cause: 'The certificate of {place} is from an authority that this machine does not trust.',
    fix: 'Put the certificate of the authority into /etc/pki/ca-trust/source/anchors and run update-ca-trust. Or name it: --certificate-authority for oc, --ca-file for operator-mirror. Then run the same command again.',
    fixNode:
      'Put the certificate of the authority into a ConfigMap in the namespace openshift-config, under the key {key}. Name that ConfigMap in spec.additionalTrustedCA of image.config.openshift.io/cluster. While a cluster is installed, additionalTrustBundle in install-config.yaml has the certificate.',
    pull: 'certificate',
  },
  {
    code: 'certificate',
    says: /certificate has expired or is not yet valid/,
    cause: 'The certificate of {place} is expired, or not valid yet by the clock of the machine that asked.',
    fix: 'Compare the clock of this machine with the dates in the certificate. If the clock is right, give the registry a new certificate. Then run the same command again.',
    fixNode:
      'Compare the clock of the node with the dates in the certificate. If the clock is right, give the registry a new certificate.',
    pull: 'certificate',
  },
  {
    code: 'certificate',
    says: /certificate is valid for .{1,400}, not |relies on legacy Common Name|doesn't contain any IP SANs|not valid for any names/,
    cause: 'The certificate of {place} does not have this name or address as subject alternative name.',
    fix: 'Use the name that is in the certificate, or give the registry a new certificate with this name in it. Then run the same command again.',
    fixNode:
      'Use the name that is in the certificate in the mirror set, or give the registry a new certificate with this name as subject alternative name.',
    pull: 'certificate',
  },
  {
    code: 'certificate',
    says: /x509: |tls: failed to verify|bad certificate|certificate required|certificate has expired/,
    cause:
      'The certificate of {place} is refused: its name, its dates or the chain of authorities behind it are not right.',
    fix: 'openssl s_client -connect {host} -showcerts shows the certificates. Correct what is wrong with them, then run the same command again.',
    fixNode:
      'openssl s_client -connect {host} -showcerts shows the certificates. Give the registry a new certificate with its name as subject alternative name and the whole chain.',
    pull: 'certificate',
  },
  {
    code: 'handshake',
    says: /tls: (?:handshake failure|protocol version not supported|unrecognized name|no supported versions|server selected unsupported)|remote error: tls: |handshake_failure/,
    cause:
      '{place} ended the TLS handshake: it offers no version or cipher that the tool takes, or knows no certificate for this name.',
    fix: 'Look at the TLS settings of {place}, and whether a proxy in between opens TLS. openssl s_client -connect HOST:PORT shows what it offers.',
    pull: 'tls',
  },
  {
    code: 'connection-cut',
    says: /connection reset by peer|broken pipe|unexpected EOF|: EOF$|^EOF$|stream error|use of closed network connection|server closed|GOAWAY|INTERNAL_ERROR/,
    cause: 'The connection to {place} was cut.',
    fix: 'Run the same command again. It skips what is already there. If the connection is cut at the same size or time again, look at the limits of the proxy in between.',
    fixNode:
      'The kubelet tries again by itself. If the connection is cut at the same size or time again, look at the limits of the proxy in front of {place}.',
    pull: 'network',
  },
];
