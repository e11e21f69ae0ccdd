#pragma once
#include <atomic>
#include <memory>

namespace tidemark {

/// A value whose copies share its memory until one of them is changed. Copies may be in different
/// threads; one copy may not.
template <class T>
class CopyOnWrite {
public:
  /// Null: nothing was ever put in.
  const T* get() const { return value_.get(); }
  /// To be changed: this copy's own.
  T& own() {
    if (!value_)
      value_ = std::make_shared<T>();
    else if (value_.use_count() > 1)
      value_ = std::make_shared<T>(*value_);
    else // whoever shared it has read it for the last time before this
      std::atomic_thread_fence(std::memory_order_acquire);
    return *value_;
  }
  bool shares_with(const CopyOnWrite& other) const { return value_ == other.value_; }

private:
  std::shared_ptr<T> value_;
};

} // namespace tidemark
