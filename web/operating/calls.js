// All that this page asks of the API.
const name = encodeURIComponent;

// What is empty is left out of a query.
function query(given) {
  const pairs = [...(given instanceof URLSearchParams ? given : Object.entries(given))].filter(
    ([, value]) => value !== undefined && value !== null && value !== "",
  );
  return pairs.length ? `?${new URLSearchParams(pairs)}` : "";
}

const post = { method: "POST" };

export const health = () => api("api/admin/system_health");
export const performance = (window) => api(`api/admin/performance_dashboard${query({ window })}`);
export const tasks = (filter) => api(`api/admin/tasks${query(filter)}`);

export const pauseQueue = (queue, request) => sendJson("POST", `api/admin/queues/${name(queue)}/pause`, request);
export const resumeQueue = (queue) => api(`api/admin/queues/${name(queue)}/resume`, post);
export const testQueue = (queue, timeout) => api(`api/admin/test_queue${query({ queue, timeout })}`, post);
export const pauseTask = (task, request) => sendJson("POST", `api/admin/tasks/${name(task)}/pause`, request);
export const resumeTask = (task) => api(`api/admin/tasks/${name(task)}/resume`, post);
export const runTask = (task) => api(`api/admin/tasks/${name(task)}/run`, post);

export const cvs = (filter) => api(`api/admin/cvs${query(filter)}`);
export const cv = (id, page) => api(`api/admin/cvs/${name(id)}${query(page)}`);
export const retryCv = (id, from) => sendJson("POST", `api/admin/cvs/${name(id)}/retry`, { from });
export const jobs = (filter) => api(`api/admin/jobs${query(filter)}`);
export const job = (id, page) => api(`api/admin/jobs/${name(id)}${query(page)}`);
export const retryJob = (id) => api(`api/admin/jobs/${name(id)}/retry`, post);
export const retryFailed = (request) => sendJson("POST", "api/admin/retry", request);

export const queuesWithDeadLetters = () => api("api/admin/dead_letters");
export const deadLetters = (queue, limit) => api(`api/admin/dead_letters/${name(queue)}${query({ limit })}`);
export const settleDeadLetters = (queue, request) => sendJson("POST", `api/admin/dead_letters/${name(queue)}`, request);

export const cache = () => api("api/admin/cache");
export const clearCache = (which) => api(`api/admin/cache${query(which)}`, { method: "DELETE" });
export const batches = (filter) => api(`api/admin/batches${query(filter)}`);
export const database = () => api("api/admin/database");
export const cleanup = () => api("api/admin/cleanup");
export const auditLog = (filter) => api(`api/admin/audit_log${query(filter)}`);
