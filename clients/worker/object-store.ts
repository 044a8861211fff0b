/** One object store of IndexedDB, opened when it is first used. Knows nothing of what is in it. */
export type ObjectStore = {
  /** Resolves once the transaction is done, with what the request brought. */
  run<T>(mode: IDBTransactionMode, use: (store: IDBObjectStore) => IDBRequest<T>): Promise<T>
}

export function objectStore(
  database: string,
  name: string,
  options: IDBObjectStoreParameters = {},
): ObjectStore {
  let opened: Promise<IDBDatabase> | null = null

  function open(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(database, 1)
      request.addEventListener('upgradeneeded', () => request.result.createObjectStore(name, options))
      request.addEventListener('success', () => {
        const {result} = request
        // Another version of the page may want to change it.
        result.addEventListener('versionchange', () => {
          result.close()
          opened = null
        })
        resolve(result)
      })
      request.addEventListener('error', () => reject(request.error ?? new Error('no database')))
    })
  }

  return {
    async run(mode, use) {
      opened ??= open()
      // A database that could not be opened is tried again by the next one who asks.
      opened.catch(() => (opened = null))
      const transaction = (await opened).transaction(name, mode)
      return new Promise((resolve, reject) => {
        const request = use(transaction.objectStore(name))
        transaction.addEventListener('complete', () => resolve(request.result))
        transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('no transaction')))
      })
    },
  }
}
