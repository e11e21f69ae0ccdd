#include "sandbox/world/http/webhooks.hpp"

#include <boost/asio/post.hpp>

namespace tidemark::sandbox {

/// Counts the webhooks that an answer waits for. Touched on the io_context's thread only.
struct Webhooks::Barrier {
  std::size_t open = 0;
  std::function<void()> go;
  void one_ended() {
    if (--open == 0 && go)
      go();
  }
};

void Webhooks::emit(WebhookJob job) {
  if (delay_.count() > 0 && !barrier_)
    job.not_before = std::chrono::steady_clock::now() + delay_;
  if (const auto fault = faults_.take(job.system, job.kind, true))
    return play(*fault, std::move(job));
  const auto system = job.system;
  submit(std::move(job));
  if (auto late = overtaken_.extract(system)) {
    late.mapped().not_before = std::chrono::steady_clock::now() + std::chrono::milliseconds(50);
    submit(std::move(late.mapped()));
  }
}

void Webhooks::play(const Fault& fault, WebhookJob job) {
  if (fault.behaviour == "hold") {
    held_[job.system].push_back(std::move(job));
  } else if (fault.behaviour == "reorder") {
    job.order_key.clear();
    overtaken_[job.system] = std::move(job);
  } else if (fault.behaviour == "webhook_delay") {
    job.order_key.clear();
    job.not_before = std::chrono::steady_clock::now() + fault.delay;
    submit(std::move(job));
  } else if (fault.behaviour == "duplicate") {
    job.order_key.clear(); // they arrive side by side
    for (long i = 0; i < fault.count; ++i)
      submit(job);
  }
  // What is left is `drop`: the webhook never existed.
}

void Webhooks::submit(WebhookJob job) {
  if (barrier_) {
    ++barrier_->open;
    job.done = [&io = io_, barrier = barrier_] {
      boost::asio::post(io, [barrier] { barrier->one_ended(); });
    };
  }
  sender_.submit(std::move(job));
}

std::size_t Webhooks::release(const std::string& system) {
  auto jobs = held_.extract(system);
  if (!jobs)
    return 0;
  for (auto& job : jobs.mapped())
    submit(std::move(job));
  return jobs.mapped().size();
}

std::size_t Webhooks::held() const {
  std::size_t total = overtaken_.size();
  for (const auto& [system, jobs] : held_)
    total += jobs.size();
  return total;
}

std::function<void(std::function<void()>)>
Webhooks::after_webhooks_of(const std::function<void()>& work) {
  const auto barrier = std::make_shared<Barrier>();
  barrier_ = barrier;
  work();
  barrier_.reset();
  return [barrier](std::function<void()> go) {
    if (barrier->open == 0)
      return go();
    barrier->go = std::move(go);
  };
}

void Webhooks::clear() {
  held_.clear();
  overtaken_.clear();
}

} // namespace tidemark::sandbox
