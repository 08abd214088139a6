// NestJS: a logger that extends the one of the framework, which formats; JSON lines go to choose-l2.

import 'reflect-metadata'
import { ConsoleLogger, Logger, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { createWriter } from 'choose-l2'
import { logPath } from '../log-path.js'

const writer = createWriter(logPath())

class FileLogger extends ConsoleLogger {
  printAsJson(message, options) {
    writer.send(JSON.stringify(this.getJsonLogObject(message, options)))
  }
}

class AppModule {
  onApplicationShutdown() {
    return writer.stop()
  }
}
Module({})(AppModule)

const logger = new FileLogger({ json: true })
const app = await NestFactory.createApplicationContext(AppModule, { logger })
new Logger('Orders').log('a line')
await app.close()
