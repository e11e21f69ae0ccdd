#pragma once
#include "app/notices/notice_book.hpp"
#include "app/notices/notice_text.hpp"
#include "gateway/ports.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace tidemark::app {

/// Sends one message; gives "" or why it was not taken. Called on threads of the notifier, may take
/// ten seconds.
using SendNotice =
    std::function<std::string(const OutgoingNotice&, const std::function<bool()>& stopped)>;

/// Tells the receivers of alerts, each on a thread of its own, so that one that hangs keeps no
/// other waiting. What was told stands in a file of the data folder before anything leaves, so that
/// after a crash everybody is told, perhaps twice.
class Notifier final : public gateway::ReceiverPort {
public:
  /// `service` names the installation in what is sent. `clock` must outlive it.
  Notifier(std::vector<config::ReceiverConfig> receivers, std::string service, std::string file,
           const WallClock& clock, SendNotice send);
  ~Notifier() override;
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

  /// What is active now. Does not wait for anybody.
  void look(const std::vector<NoticeAlert>& active);

  std::vector<gateway::ReceiverReport> receivers() const override;
  Result<std::string> test(const std::string& receiver) override;

private:
  void run(std::size_t receiver, const std::stop_token& stop);
  void tell(std::size_t receiver, const Notice& notice, const std::stop_token& stop);
  void save(); ///< the guard is held

  const std::vector<config::ReceiverConfig> receivers_;
  const std::string service_, file_;
  const WallClock& clock_;
  const SendNotice send_;
  mutable std::mutex guard_;
  std::condition_variable_any news_;
  NoticeBook book_;
  std::string saved_;
  bool save_failed_ = false;
  std::vector<std::jthread> threads_; ///< the last member: they use the others
};

} // namespace tidemark::app
